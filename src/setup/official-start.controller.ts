import { Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import type { SignedIn } from '../identity/access.guard.js';
import { Public } from '../platform/public.decorator.js';
import { Restart } from '../platform/restart.service.js';
import { type OfficialPlace, OfficialStart, type OfficialStarted } from './official-start.service.js';

/** From the answer's last byte to the restart, so that a slow page has it. */
const ANSWERED_MS = 300;

/** 开始正式使用 on the demonstration's front page: from this machine, before anybody has signed in. */
@ApiTags('setup')
@Controller('setup/official')
export class OfficialStartController {
  constructor(
    private readonly official: OfficialStart,
    private readonly restart: Restart,
  ) {}

  @Get()
  @Public()
  place(@Req() request: SignedIn): OfficialPlace {
    return this.official.place(request.ip, request.hostname);
  }

  /** Answers the administrator's one-time code, then the process starts again in official mode. */
  @Post()
  @HttpCode(200)
  @Public()
  begin(@Req() request: SignedIn, @Res({ passthrough: true }) reply: FastifyReply): OfficialStarted {
    const started = this.official.begin(request.ip, request.hostname);
    reply.raw.once('close', () => setTimeout(() => this.restart.ask(), ANSWERED_MS));
    return started;
  }
}
