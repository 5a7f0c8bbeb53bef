import { Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { IdPipe } from '../platform/http.service.js';
import { NoticeQuery } from './notice.query.js';
import { MailListDto, NoticeListDto } from './notices.dto.js';
import { Notices } from './notices.service.js';

@ApiTags('notices')
@Controller('notices')
export class NoticesController {
  constructor(
    private readonly notices: Notices,
    private readonly query: NoticeQuery,
  ) {}

  @Get()
  @Can('notice', 'read')
  list(@Query() filter: NoticeListDto, @CurrentActor() actor: Actor) {
    return this.query.list(actor, filter);
  }

  @Get('unread')
  @Can('notice', 'read')
  unread(@CurrentActor() actor: Actor) {
    return this.query.unread(actor);
  }

  /** Whether mails went out, and why one did not. */
  @Get('mails')
  @Can('notice', 'delivery')
  mails(@Query() filter: MailListDto, @CurrentActor() actor: Actor) {
    return this.query.mails(actor, filter);
  }

  @Post('read')
  @HttpCode(200)
  @Can('notice', 'mark')
  markAllRead(@CurrentActor() actor: Actor) {
    return this.notices.markAllRead(actor);
  }

  @Post(':id/read')
  @HttpCode(200)
  @Can('notice', 'mark')
  async markRead(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    await this.notices.markRead(actor, id);
    return {};
  }
}
