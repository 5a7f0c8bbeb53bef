import { Body, Controller, Get, Headers, HttpCode, Param, Patch, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Remembered } from '../audit/sensitive-reads.service.js';
import { Can, CurrentActor, IfMatch, matchedVersion, type SignedIn } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { IdPipe, withEtag } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { uploadOf } from '../platform/upload.service.js';
import { cellChanges, justificationsOf } from './cell-changes.js';
import { Evidence } from './evidence.service.js';
import { FilingQuery } from './filing.query.js';
import { FilingContextQuery } from './filing-context.query.js';
import { CreateFilingDto, EditFilingDto, PrefillDto, SubmitFilingDto } from './filings.dto.js';
import { Filings } from './filings.service.js';

class FilingListDto extends ListDto {
  @ApiProperty({ required: false, description: '统一社会信用代码' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  institution?: string;

  @ApiProperty({ required: false, example: '2026Q3' })
  @IsOptional()
  @IsString()
  @Length(1, 6)
  period?: string;

  @ApiProperty({ required: false, example: 'submitted' })
  @IsOptional()
  @IsString()
  @Length(1, 32)
  state?: string;
}

class ChangesDto extends ListDto {
  @ApiProperty({ required: false, example: 'BK_GL_BAL' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  metric?: string;
}

/** 填报: the institution's side. The bureau's is in reviews.controller.ts. */
@ApiTags('filings')
@Controller('filings')
export class FilingsController {
  constructor(
    private readonly filings: Filings,
    private readonly query: FilingQuery,
    private readonly context: FilingContextQuery,
    private readonly evidence: Evidence,
  ) {}

  @Get()
  @Can('filing', 'read')
  list(@Query() filter: FilingListDto, @CurrentActor() actor: Actor) {
    return this.query.list(actor, filter);
  }

  @Post()
  @Can('filing', 'create')
  async create(
    @Body() dto: CreateFilingDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const filing = await this.filings.create(actor, dto);
    reply.header('location', `/api/v1/filings/${filing.id}`);
    return withEtag(reply, filing);
  }

  @Get(':id')
  @Can('filing', 'read')
  @Remembered('filing.read', 'staff')
  async read(
    @Param('id', IdPipe) id: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.query.one(actor, id));
  }

  @Patch(':id')
  @Can('filing', 'edit')
  async edit(
    @Param('id', IdPipe) id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() dto: EditFilingDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    // Each cell carries its own version; one for the whole filing is welcome and then holds too.
    const version = ifMatch === undefined ? null : matchedVersion(ifMatch);
    const change = {
      figures: cellChanges(dto.figures ?? {}),
      justifications: justificationsOf(dto.justifications),
      rows: dto.rows === undefined ? null : await this.filings.rowsOf(actor, id, dto.rows),
    };
    return withEtag(reply, await this.filings.edit(actor, id, version, change));
  }

  @Post(':id/pass')
  @HttpCode(200)
  @Can('filing', 'pass')
  async pass(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.filings.move(actor, id, version, 'pass'));
  }

  @Post(':id/submit')
  @HttpCode(200)
  @Can('filing', 'submit')
  async submit(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @Body() dto: SubmitFilingDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.filings.submit(actor, id, version, justificationsOf(dto.justifications)));
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Can('filing', 'withdraw')
  async withdraw(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.filings.move(actor, id, version, 'withdraw'));
  }

  @Post(':id/nil')
  @HttpCode(200)
  @Can('filing', 'edit')
  async nil(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.filings.fileNil(actor, id, version));
  }

  @Post(':id/prefill')
  @HttpCode(200)
  @Can('filing', 'edit')
  async prefill(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @Body() dto: PrefillDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.filings.prefill(actor, id, version, dto.metrics ?? null));
  }

  /** What the filing is compared with: its past, its earlier revisions, for the bureau its peers. */
  @Get(':id/context')
  @Can('filing', 'read')
  comparison(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.context.context(actor, id);
  }

  @Get(':id/changes')
  @Can('filing', 'read')
  changes(@Param('id', IdPipe) id: string, @Query() filter: ChangesDto, @CurrentActor() actor: Actor) {
    return this.context.changes(actor, id, filter);
  }

  /** A form with the file in `file` and, if it proves one cell, its code in `metric` before it. */
  @Post(':id/evidence')
  @ApiConsumes('multipart/form-data')
  @Can('filing', 'edit')
  async addEvidence(
    @Param('id', IdPipe) id: string,
    @Req() request: SignedIn,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const upload = await uploadOf(request);
    return withEtag(reply, await this.evidence.add(actor, id, upload.fields.metric ?? null, upload));
  }

  @Post(':id/evidence/:evidence/remove')
  @HttpCode(200)
  @Can('filing', 'edit')
  async removeEvidence(
    @Param('id', IdPipe) id: string,
    @Param('evidence', IdPipe) evidence: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.evidence.remove(actor, id, evidence));
  }

  /** Always as a download: what somebody uploaded is not shown inside our pages. */
  @Get(':id/evidence/:evidence')
  @Can('filing', 'read')
  async readEvidence(
    @Param('id', IdPipe) id: string,
    @Param('evidence', IdPipe) evidence: string,
    @CurrentActor() actor: Actor,
    @Res() reply: FastifyReply,
  ) {
    const { fileName, mediaType, content } = await this.evidence.read(actor, id, evidence);
    return reply
      .type(mediaType)
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`)
      .header('x-content-type-options', 'nosniff')
      .send(content);
  }
}
