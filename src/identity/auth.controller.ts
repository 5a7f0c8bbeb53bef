import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { type Actor, ROLE_TITLES } from '../lifecycle/lifecycle.js';
import { Database } from '../platform/database.service.js';
import { Public } from '../platform/public.decorator.js';
import { Can, CurrentActor, type SignedIn } from './access.guard.js';
import { DemoEntryDto, LoginDto } from './auth.dto.js';
import { DemoEntry } from './demo-entry.service.js';
import { departmentTitle } from './departments.js';
import { People } from './people.service.js';
import { SESSION_COOKIE, Sessions } from './sessions.service.js';

const COOKIE = { httpOnly: true, sameSite: 'strict', path: '/' } as const;

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly people: People,
    private readonly sessions: Sessions,
    private readonly demo: DemoEntry,
    private readonly database: Database,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Public()
  async login(@Body() dto: LoginDto, @Req() request: SignedIn, @Res({ passthrough: true }) reply: FastifyReply) {
    const userId = await this.people.signIn(dto.username, dto.password);
    return this.enter(userId, request, reply);
  }

  /** What the demonstration's front page shows to whoever has not entered yet; 404 outside it. */
  @Get('demo')
  @Public()
  front(@Req() request: SignedIn) {
    return this.demo.front(request.ip, request.hostname);
  }

  @Post('demo')
  @HttpCode(200)
  @Public()
  async enterDemo(
    @Body() dto: DemoEntryDto,
    @Req() request: SignedIn,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return this.enter(await this.demo.accountOf(dto.username, request.ip, request.hostname), request, reply);
  }

  @Post('logout')
  @HttpCode(200)
  @Can('account', 'read')
  async logout(@Req() request: SignedIn, @Res({ passthrough: true }) reply: FastifyReply) {
    await this.sessions.end(request.cookies[SESSION_COOKIE]);
    reply.clearCookie(SESSION_COOKIE, COOKIE);
    return {};
  }

  @Get('me')
  @Can('account', 'read')
  async me(@CurrentActor() actor: Actor) {
    const institution = await this.database.transaction(actor, (tx) =>
      tx.row<{ uscc: string; name: string }>('select uscc, name from institution where id = $1', [actor.institutionId]),
    );
    return {
      user: { id: actor.id, username: actor.username, name: actor.name },
      roles: actor.roles,
      roleTitles: actor.roles.map((role) => ROLE_TITLES[role]),
      institution,
      department: actor.department && { code: actor.department, title: departmentTitle(actor.department) },
      demo: this.demo.isOn,
      testClock: this.database.isTestClock,
    };
  }

  private async enter(userId: string, request: SignedIn, reply: FastifyReply) {
    const token = await this.sessions.open(userId, request.ip);
    reply.setCookie(SESSION_COOKIE, token, { ...COOKIE, secure: request.protocol === 'https' });
    const actor = await this.sessions.actorOf(token);
    return this.me(actor as Actor);
  }
}
