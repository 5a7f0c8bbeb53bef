import { BullModule } from '@nestjs/bullmq';
import type { DynamicModule } from '@nestjs/common';
import {
  type ConnectionOptions,
  createPostgresBackend,
  createRedisBackend,
  type JobsOptions,
  setDefaultBackendFactory,
} from 'bullmq';
import { Redis } from 'ioredis';
import pg from 'pg';
import type { Login } from './connections.service.js';

/** A job that dies with its worker is found again within seconds; long work runs on its own thread (reliability 3.5). */
export const WORKER_OPTIONS = { concurrency: 1, lockDuration: 10_000, stalledInterval: 5_000, maxStalledCount: 10 };

/**
 * Ended jobs leave the queue at once: what counts stands in the database, and an outbox row that is not done is
 * relayed again under the same job id.
 */
export const JOB_OPTIONS: JobsOptions = {
  attempts: 5,
  backoff: { type: 'exponential', delay: 500 },
  removeOnComplete: true,
  removeOnFail: true,
};

export interface QueueConnection {
  readonly module: DynamicModule;
  close(): Promise<void>;
}

/**
 * The only place that knows the queue's backend: Redis through ioredis in services mode, the product's own PostgreSQL
 * in embedded mode.
 * @param staff the login whose rights cover the schema `bullmq`
 */
export function openQueue(redisUrl: string | null, staff: Login, prefix: string): QueueConnection {
  if (redisUrl) {
    const redis = new Redis(redisUrl, { maxRetriesPerRequest: null });
    redis.on('error', () => undefined); // it reconnects by itself; health tells meanwhile
    setDefaultBackendFactory(createRedisBackend);
    return {
      module: BullModule.forRoot({ connection: redis, prefix }),
      close: async () => redis.disconnect(),
    };
  }
  setDefaultBackendFactory(createPostgresBackend);
  const pool = new pg.Pool({ ...staff, max: 20, keepAlive: true, options: '-c search_path=bullmq' });
  pool.on('error', () => undefined);
  return {
    module: BullModule.forRoot({ connection: pool as unknown as ConnectionOptions, prefix }),
    close: () => pool.end(),
  };
}
