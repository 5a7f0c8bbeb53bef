import { Controller, Get, Injectable } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { DomainError } from '../problems/problems.js';
import { Database } from './database.service.js';
import { Public } from './public.decorator.js';

/** Whether the main job can be done: set by whoever starts the process, once everything is loaded. */
@Injectable()
export class Readiness {
  ready = false;
  /** What is still under way, in Chinese. */
  step = '正在启动';
  private readonly watches: (() => Promise<void>)[] = [];

  /**
   * What must go on for the product to be sound, asked with every health check.
   * @param watch throws the DomainError (503) that says what stands still
   */
  watch(watch: () => Promise<void>): void {
    this.watches.push(watch);
  }

  /** @throws DomainError of the first watch that does not pass */
  async check(): Promise<void> {
    for (const watch of this.watches) await watch();
  }
}

@ApiTags('health')
@Controller('api/health')
export class HealthController {
  constructor(
    private readonly database: Database,
    private readonly readiness: Readiness,
  ) {}

  @Get()
  @Public()
  async health(): Promise<{ status: 'ok' }> {
    if (!this.readiness.ready) throw new DomainError('STARTING', 503, this.readiness.step);
    if (!(await this.database.isAlive())) throw new DomainError('DATABASE_AWAY', 503, '数据库暂时无法连接');
    await this.readiness.check();
    return { status: 'ok' };
  }
}
