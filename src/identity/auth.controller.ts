import { Body, Controller, Get, HttpCode, Inject, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Acts } from '../audit/acts.service.js';
import type { District } from '../district/district.js';
import { DISTRICT } from '../district/district-file.service.js';
import { type Actor, ROLE_TITLES, type Role } from '../lifecycle/lifecycle.js';
import { byStaffLogin, Database, instant } from '../platform/database.service.js';
import { Public } from '../platform/public.decorator.js';
import { DomainError } from '../problems/problems.js';
import { Can, CurrentActor, type SignedIn, sessionToken } from './access.guard.js';
import { CredentialsDto, DemoEntryDto, LoginDto, NewPasswordDto } from './auth.dto.js';
import { DemoEntry } from './demo-entry.service.js';
import { departmentTitle } from './departments.js';
import { Oidc, type OidcFlow } from './oidc.service.js';
import { Passwords } from './passwords.service.js';
import type { Contact } from './people.service.js';
import { rightsOf } from './rights.js';
import { cookieName, Sessions } from './sessions.service.js';
import { SignIn } from './sign-in.service.js';

const COOKIE = { httpOnly: true, sameSite: 'strict', path: '/' } as const;
/** Comes back with the provider's redirect, which a strict cookie would not. */
const FLOW_COOKIE = 'greenrank_oidc';
const FLOW = { httpOnly: true, sameSite: 'lax', path: '/api/v1/auth/oidc', maxAge: 600 } as const;

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(
    private readonly signIn: SignIn,
    private readonly passwords: Passwords,
    private readonly oidc: Oidc,
    private readonly sessions: Sessions,
    private readonly demo: DemoEntry,
    private readonly database: Database,
    private readonly acts: Acts,
    @Inject(DISTRICT) private readonly district: District,
  ) {}

  @Post('login')
  @HttpCode(200)
  @Public()
  async login(@Body() dto: LoginDto, @Req() request: SignedIn, @Res({ passthrough: true }) reply: FastifyReply) {
    return this.enter(await this.signIn.enter(dto, request.ip), request, reply);
  }

  /** Sets a password by the present one or by a one-time code; all sessions end. */
  @Post('password')
  @HttpCode(200)
  @Public()
  async password(@Body() dto: NewPasswordDto, @Req() request: SignedIn) {
    await this.signIn.setPassword(dto, request.ip);
    return {};
  }

  /** A second factor for whoever may not sign in without one; the next sign-in with a right code confirms it. */
  @Post('second-factor')
  @HttpCode(200)
  @Public()
  secondFactor(@Body() dto: CredentialsDto, @Req() request: SignedIn) {
    return this.signIn.beginSecondFactor(dto, request.ip);
  }

  /** What the page of sign-in offers. */
  @Get('options')
  @Public()
  options() {
    const { title } = this.oidc;
    return { oidc: title === null ? null : { title }, passwordRule: this.passwords.rule };
  }

  @Get('oidc')
  @Public()
  async toProvider(@Req() request: SignedIn, @Res() reply: FastifyReply) {
    const begun = await this.oidc.begin().catch((error: unknown) => {
      if (error instanceof DomainError && error.status === 503) return error.code;
      throw error;
    });
    if (typeof begun === 'string') return reply.redirect(`/sign-in?problem=${begun}`, 302);
    const { address, flow } = begun;
    const kept = Buffer.from(JSON.stringify(flow)).toString('base64url');
    return reply.setCookie(FLOW_COOKIE, kept, { ...FLOW, secure: request.protocol === 'https' }).redirect(address, 302);
  }

  @Get('oidc/callback')
  @Public()
  async fromProvider(@Req() request: SignedIn, @Res() reply: FastifyReply) {
    reply.clearCookie(FLOW_COOKIE, FLOW);
    try {
      const flow = flowOf(request.cookies[FLOW_COOKIE]);
      const userId = await this.oidc.finish(request.url.split('?')[1] ?? '', flow);
      await this.enter(userId, request, reply);
    } catch (error) {
      if (!(error instanceof DomainError)) throw error;
      return reply.redirect(`/sign-in?problem=${error.code}`, 302);
    }
    return reply.redirect('/home', 302);
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
    await this.sessions.end(sessionToken(request));
    reply.clearCookie(cookieName(request), COOKIE);
    return {};
  }

  @Get('me')
  @Can('account', 'read')
  async me(@CurrentActor() actor: Actor) {
    const { institution, grants, secondFactor, contact, now } = await this.database.transaction(
      byStaffLogin(actor),
      async (tx) => ({
        now: tx.now,
        institution: await tx.row<{ uscc: string; name: string }>('select uscc, name from institution where id = $1', [
          actor.institutionId,
        ]),
        grants: await tx.rows<{ role: Role; from: string; to: string | null }>(
          `select role, ${instant('valid_from')} as "from", ${instant('valid_to')} as "to" from user_role
         where user_id::text = $1 and valid_from <= $2 and (valid_to is null or valid_to > $2) order by role`,
          [actor.id, tx.now],
        ),
        secondFactor: await tx.row('select 1 from user_account where id::text = $1 and totp_confirmed_at is not null', [
          actor.id,
        ]),
        contact: await tx.row<Contact>('select email, phone from user_account where id::text = $1', [actor.id]),
      }),
    );
    return {
      user: { id: actor.id, username: actor.username, name: actor.name },
      // The clock that decides: a page counts days by it, not by its own.
      now: now.toISOString(),
      roles: actor.roles,
      roleTitles: actor.roles.map((role) => ROLE_TITLES[role]),
      rights: rightsOf(actor.roles),
      grants: grants.map((grant) => ({ ...grant, title: ROLE_TITLES[grant.role] })),
      secondFactor: secondFactor !== null,
      secondFactorRequired: this.signIn.needsSecondFactor(actor.roles),
      contact: contact ?? { email: null, phone: null },
      institution,
      department: actor.department && { code: actor.department, title: departmentTitle(actor.department) },
      district: { name: this.district.name, bureau: this.district.bureau, disclosure: this.district.disclosure },
      demo: this.demo.isOn,
      testClock: this.database.isTestClock,
    };
  }

  private async enter(userId: string, request: SignedIn, reply: FastifyReply) {
    const token = await this.sessions.open(userId, request.ip, request.headers['user-agent']);
    reply.setCookie(cookieName(request), token, { ...COOKIE, secure: request.protocol === 'https' });
    const actor = (await this.sessions.actorOf(token)) as Actor;
    await this.acts.note(byStaffLogin(actor), 'account.sign-in', actor.id, actor.institutionId);
    return this.me(actor);
  }
}

/** @throws OIDC_REFUSED for a browser that did not begin here */
function flowOf(kept: string | undefined): OidcFlow {
  try {
    const { state, nonce, verifier } = JSON.parse(Buffer.from(kept ?? '', 'base64url').toString('utf8')) as OidcFlow;
    if ([state, nonce, verifier].every((text) => typeof text === 'string' && text !== ''))
      return { state, nonce, verifier };
  } catch {
    // said below
  }
  throw new DomainError('OIDC_REFUSED', 403, '统一认证没有通过，请重试');
}
