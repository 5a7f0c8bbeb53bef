import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Can, CurrentActor, type SignedIn } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { download, XLSX } from '../platform/download.service.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { uploadOf } from '../platform/upload.service.js';
import { BackfillTemplateDto, choicesOf, reasonOf } from './backfill.dto.js';
import { Backfills } from './backfills.service.js';

/** 补录历史: former quarters from a workbook. */
@ApiTags('backfills')
@Controller('backfills')
export class BackfillsController {
  constructor(private readonly backfills: Backfills) {}

  @Post('preview')
  @HttpCode(200)
  @ApiConsumes('multipart/form-data')
  @Can('backfill', 'create')
  async preview(@Req() request: SignedIn, @CurrentActor() actor: Actor) {
    const { name, bytes, fields } = await uploadOf(request);
    return this.backfills.preview(actor, { name, bytes }, choicesOf(fields.choices));
  }

  @Post()
  @ApiConsumes('multipart/form-data')
  @Can('backfill', 'create')
  async commit(@Req() request: SignedIn, @CurrentActor() actor: Actor) {
    const { name, bytes, fields } = await uploadOf(request);
    return this.backfills.commit(actor, { name, bytes }, choicesOf(fields.choices), reasonOf(fields.why));
  }

  @Get()
  @Can('backfill', 'read')
  list(@Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.backfills.list(actor, query);
  }

  @Get('template.xlsx')
  @Can('backfill', 'create')
  async template(
    @Query() query: BackfillTemplateDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { name, bytes } = await this.backfills.template(actor, query);
    return download(reply, name, XLSX, bytes);
  }

  @Get(':id/original')
  @Can('backfill', 'read')
  async original(
    @Param('id', IdPipe) id: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { name, bytes, sha256 } = await this.backfills.original(actor, id);
    reply.header('etag', `"${sha256}"`);
    return download(reply, name, name.toLowerCase().endsWith('.csv') ? 'text/csv' : XLSX, bytes);
  }
}
