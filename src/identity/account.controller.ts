import { Body, Controller, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Acts } from '../audit/acts.service.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { byStaffLogin } from '../platform/database.service.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { DomainError } from '../problems/problems.js';
import { Can, CurrentActor, type SignedIn, sessionToken } from './access.guard.js';
import { CodeDto, ContactDto, PasswordAndCodeDto, PasswordDto } from './auth.dto.js';
import { People } from './people.service.js';
import { SecondFactor } from './second-factor.service.js';
import { Sessions } from './sessions.service.js';
import { SignIn } from './sign-in.service.js';

/** 我的账号: what somebody may do with the own account. */
@ApiTags('account')
@Controller('account')
export class AccountController {
  constructor(
    private readonly acts: Acts,
    private readonly sessions: Sessions,
    private readonly signIn: SignIn,
    private readonly secondFactor: SecondFactor,
    private readonly people: People,
  ) {}

  @Get('sessions')
  @Can('account', 'read')
  list(@Query() query: ListDto, @Req() request: SignedIn, @CurrentActor() actor: Actor) {
    return this.sessions.list(actor, query, sessionToken(request));
  }

  @Post('sessions/:id/end')
  @HttpCode(200)
  @Can('account', 'edit')
  async end(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    await this.sessions.endOwn(actor, id);
    return {};
  }

  /** Where one is reached: mails, and the phone number of the call list. */
  @Post('contact')
  @HttpCode(200)
  @Can('account', 'edit')
  async contact(@Body() dto: ContactDto, @CurrentActor() actor: Actor) {
    const options = { action: 'account.contact', actor: byStaffLogin(actor), subject: actor.id };
    await this.acts.perform(options, (act) => this.people.setContact(act, actor.id, dto));
    return {};
  }

  @Post('second-factor')
  @HttpCode(200)
  @Can('account', 'edit')
  async begin(@Body() dto: PasswordDto, @Req() request: SignedIn, @CurrentActor() actor: Actor) {
    await this.signIn.confirm(actor.username, dto.password, request.ip);
    const options = { action: 'account.second-factor', actor: byStaffLogin(actor), subject: actor.id };
    return this.acts.perform(options, (act) => this.secondFactor.begin(act.tx, actor.id, actor.username));
  }

  @Post('second-factor/confirm')
  @HttpCode(200)
  @Can('account', 'edit')
  async confirm(@Body() dto: CodeDto, @CurrentActor() actor: Actor) {
    await this.secondFactor.take(actor.id, dto.code);
    return {};
  }

  /** @throws SECOND_FACTOR_REQUIRED for a role that must have one */
  @Post('second-factor/remove')
  @HttpCode(200)
  @Can('account', 'edit')
  async remove(@Body() dto: PasswordAndCodeDto, @Req() request: SignedIn, @CurrentActor() actor: Actor) {
    if (this.signIn.needsSecondFactor(actor.roles))
      throw new DomainError('SECOND_FACTOR_REQUIRED', 409, '此角色必须使用动态口令；换手机请由安全管理员重置');
    await this.signIn.confirm(actor.username, dto.password, request.ip);
    await this.secondFactor.take(actor.id, dto.code);
    const options = { action: 'account.second-factor-remove', actor: byStaffLogin(actor), subject: actor.id };
    await this.acts.perform(options, (act) => SecondFactor.remove(act.tx, actor.id));
    return {};
  }
}
