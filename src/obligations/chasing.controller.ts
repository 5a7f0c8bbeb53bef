import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, StreamableFile } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Remembered } from '../audit/sensitive-reads.service.js';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { IdPipe } from '../platform/http.service.js';
import { callListCsv, callListWorkbook } from './call-list.service.js';
import { CallDto, ClosingDto, FormalNoticeDto, NamesDto, ProgressDto, RemindDto } from './chasing.dto.js';
import { Chasing } from './chasing.service.js';
import { ControlTotals } from './control-totals.query.js';
import { ProgressQuery } from './progress.query.js';

@ApiTags('obligations')
@Controller()
export class ChasingController {
  constructor(
    private readonly chasing: Chasing,
    private readonly query: ProgressQuery,
    private readonly controls: ControlTotals,
  ) {}

  @Get('obligations/progress')
  @Can('obligation', 'progress')
  board(@Query() { period }: ProgressDto, @CurrentActor() actor: Actor) {
    return this.query.board(actor, period);
  }

  /** What departments filed as district totals, against the sum of what institutions filed. */
  @Get('obligations/progress/control-totals')
  @Can('obligation', 'progress')
  controlTotals(@Query() { period }: ProgressDto, @CurrentActor() actor: Actor) {
    return this.controls.list(actor, period);
  }

  @Get('obligations/progress/names')
  @Can('obligation', 'progress')
  names(@Query() filter: NamesDto, @CurrentActor() actor: Actor) {
    return this.query.names(actor, filter);
  }

  @Get('obligations/progress/group-texts')
  @Can('obligation', 'chase')
  groupTexts(@Query() { period }: ProgressDto, @CurrentActor() actor: Actor) {
    return this.query.groupTexts(actor, period);
  }

  @Get('exports/call-list.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="call-list.csv"')
  @Can('obligation', 'chase')
  @Remembered('obligation.call-list', 'everybody')
  async csv(@Query() filter: NamesDto, @CurrentActor() actor: Actor) {
    return callListCsv(await this.query.everybody(actor, { ...filter, state: filter.state ?? 'missing' }));
  }

  @Get('exports/call-list.xlsx')
  @Header('content-type', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
  @Header('content-disposition', 'attachment; filename="call-list.xlsx"')
  @Can('obligation', 'chase')
  @Remembered('obligation.call-list', 'everybody')
  async workbook(@Query() filter: NamesDto, @CurrentActor() actor: Actor) {
    return new StreamableFile(
      await callListWorkbook(await this.query.everybody(actor, { ...filter, state: filter.state ?? 'missing' })),
    );
  }

  /** What would be said to whom; changes nothing. */
  @Post('obligations/reminders/preview')
  @HttpCode(200)
  @Can('obligation', 'chase')
  preview(@Body() { obligations, again }: RemindDto, @CurrentActor() actor: Actor) {
    return this.chasing.preview(actor, obligations, again ?? false);
  }

  @Post('obligations/reminders')
  @Can('obligation', 'chase')
  remind(@Body() { obligations, again }: RemindDto, @CurrentActor() actor: Actor) {
    return this.chasing.remind(actor, obligations, again ?? false);
  }

  @Get('obligations/:id/chasing')
  @Can('obligation', 'progress')
  history(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.chasing.history(actor, id);
  }

  @Post('obligations/:id/calls')
  @Can('obligation', 'call')
  call(@Param('id', IdPipe) id: string, @Body() dto: CallDto, @CurrentActor() actor: Actor) {
    return this.chasing.call(actor, id, dto);
  }

  @Post('obligations/:id/formal-notices')
  @Can('obligation', 'chase')
  formalNotice(@Param('id', IdPipe) id: string, @Body() dto: FormalNoticeDto, @CurrentActor() actor: Actor) {
    return this.chasing.formalNotice(actor, id, dto);
  }

  @Get('formal-notices/:id')
  @Can('obligation', 'progress')
  oneNotice(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.chasing.oneNotice(actor, id);
  }

  @Post('obligations/:id/close')
  @HttpCode(200)
  @Can('obligation', 'close')
  close(@Param('id', IdPipe) id: string, @Body() { reason }: ClosingDto, @CurrentActor() actor: Actor) {
    return this.chasing.close(actor, id, reason);
  }

  @Post('obligations/:id/reopen')
  @HttpCode(200)
  @Can('obligation', 'close')
  reopen(@Param('id', IdPipe) id: string, @Body() { reason }: ClosingDto, @CurrentActor() actor: Actor) {
    return this.chasing.reopen(actor, id, reason);
  }
}
