import { Inject, Injectable, Optional } from '@nestjs/common';
import { Readiness } from '../platform/health.controller.js';
import type { Settings } from '../platform/settings.js';
import { SETTINGS } from '../platform/settings.js';
import { DomainError, notFound } from '../problems/problems.js';
import { Sessions } from './sessions.service.js';

const LOCAL_NAMES = ['127.0.0.1', 'localhost', '[::1]', '::1'];
const LOOPBACK = ['127.0.0.1', '::1', '::ffff:127.0.0.1'];

/** One account that the front page offers. */
export interface DemoAccount {
  readonly username: string;
  readonly name: string;
  readonly title: string;
  readonly unit: string;
  /** What waits there. */
  readonly lines: readonly string[];
  readonly action: string;
  readonly to: string;
  readonly primary: boolean;
}

/** Makes the front page's content; the demonstration provides it. */
export interface DemoFront {
  readonly usernames: readonly string[];
  content(): Promise<unknown>;
}
export const DEMO_FRONT = 'demo-front';

/** Entry at one click, in demonstration mode and from this machine only. */
@Injectable()
export class DemoEntry {
  constructor(
    @Inject(SETTINGS) private readonly settings: Settings,
    private readonly sessions: Sessions,
    private readonly readiness: Readiness,
    @Optional() @Inject(DEMO_FRONT) private readonly demo: DemoFront | null,
  ) {}

  get isOn(): boolean {
    return this.settings.demo;
  }

  /** @throws NOT_FOUND outside the demonstration and from other machines */
  async front(address: string, hostname: string): Promise<unknown> {
    this.refuseOutside(address, hostname);
    if (!this.demo) throw notFound();
    return this.demo.content();
  }

  /**
   * The account's id. Nobody acts in a district that is still being loaded.
   * @throws NOT_FOUND outside the demonstration; STARTING; DEMO_ACCOUNT_UNKNOWN
   */
  async accountOf(username: string, address: string, hostname: string): Promise<string> {
    this.refuseOutside(address, hostname);
    if (!this.readiness.ready) throw new DomainError('STARTING', 503, this.readiness.step);
    const actor = this.demo?.usernames.includes(username) ? await this.sessions.actorNamed(username) : null;
    if (!actor) throw new DomainError('DEMO_ACCOUNT_UNKNOWN', 422, `演示中没有账号“${username}”`);
    return actor.id;
  }

  /**
   * The name too: another site may point its own name at this machine (DNS rebinding).
   * @throws NOT_FOUND outside the demonstration and from other machines
   */
  refuseOutside(address: string, hostname: string): void {
    const isHere = LOOPBACK.includes(address) && LOCAL_NAMES.includes(hostname);
    if (!this.settings.demo || !isHere) throw notFound();
  }
}
