import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Can, CurrentActor, type SignedIn } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { download, XLSX } from '../platform/download.service.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { uploadOf } from '../platform/upload.service.js';
import { readOwnInThread } from './read-own.worker.js';
import { SheetMappings } from './sheet-mappings.service.js';
import { ExportTrialDto, KeepMappingDto, NamesDto } from './trial.dto.js';
import { TRIAL_MARK, TrialExport } from './trial-export.service.js';

/** 用我自己的表: a file is read and answered; neither it nor its figures are kept. */
@ApiTags('trials')
@Controller('trials')
export class TrialsController {
  constructor(
    private readonly mappings: SheetMappings,
    private readonly workbooks: TrialExport,
  ) {}

  @Post('sheets')
  @HttpCode(200)
  @ApiConsumes('multipart/form-data')
  @Can('trial', 'run')
  async sheets(@Req() request: SignedIn) {
    const { name, bytes } = await uploadOf(request);
    return readOwnInThread({ name, bytes });
  }

  @Post('names')
  @HttpCode(200)
  @Can('trial', 'run')
  names(@Body() dto: NamesDto, @CurrentActor() actor: Actor) {
    return this.mappings.names(actor, dto.texts);
  }

  @Post('export')
  @HttpCode(200)
  @Can('trial', 'run')
  async export(@Body() dto: ExportTrialDto, @Res({ passthrough: true }) reply: FastifyReply) {
    return download(reply, `${TRIAL_MARK}.xlsx`, XLSX, await this.workbooks.workbook(dto));
  }

  @Get('mappings')
  @Can('trial', 'run')
  list(@Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.mappings.list(actor, query);
  }

  @Post('mappings')
  @Can('trial', 'keep')
  keep(@Body() dto: KeepMappingDto, @CurrentActor() actor: Actor) {
    return this.mappings.keep(actor, dto);
  }

  @Post('mappings/:id/remove')
  @HttpCode(204)
  @Can('trial', 'keep')
  remove(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.mappings.remove(actor, id);
  }
}
