import { Body, Controller, Get, Headers, HttpCode, Param, ParseIntPipe, Post, Query, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Can, CurrentActor, IfMatch, matchedVersion } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { IdPipe, withEtag } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { Public } from '../platform/public.decorator.js';
import { DomainError } from '../problems/problems.js';
import { SchemeQuery, type SchemeView } from './scheme.query.js';
import { SchemeReading } from './scheme-reading.service.js';
import {
  ConsultDto,
  DifferenceDto,
  IssueDto,
  OtherVersionDto,
  PeriodDto,
  ReplyDto,
  RetireDto,
  SchemeDto,
  SettleReplyDto,
} from './schemes.dto.js';
import { Schemes } from './schemes.service.js';

/** @throws DOCUMENT_INVALID when it is neither text nor object */
function documentOf(document: unknown, path = 'document'): unknown {
  if (typeof document === 'string' || (typeof document === 'object' && document !== null && !Array.isArray(document)))
    return document;
  throw new DomainError('DOCUMENT_INVALID', 422, `${path} 应为文本或对象`, [
    {
      path,
      rule: 'DOCUMENT_INVALID',
      found: (JSON.stringify(document) ?? '（缺）').slice(0, 200),
      expected: '文本或对象',
      message: '方案文档应为文本或对象',
    },
  ]);
}

/** The ETag counts the acts on a version; its own `version` is another thing. */
function tagged(reply: FastifyReply, scheme: SchemeView): SchemeView {
  withEtag(reply, { version: scheme.lifeVersion });
  return scheme;
}

@ApiTags('schemes')
@Controller('schemes')
export class SchemesController {
  constructor(
    private readonly schemes: Schemes,
    private readonly query: SchemeQuery,
    private readonly reading: SchemeReading,
  ) {}

  @Get()
  @Can('scheme', 'read')
  list(@Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.query.list(actor, query);
  }

  @Post()
  @Can('scheme', 'create')
  async create(@Body() dto: SchemeDto, @CurrentActor() actor: Actor, @Res({ passthrough: true }) reply: FastifyReply) {
    const scheme = await this.schemes.create(actor, documentOf(dto.document));
    reply.header('location', `/api/v1/schemes/${encodeURIComponent(scheme.code)}/versions/${scheme.version}`);
    return tagged(reply, scheme);
  }

  @Post('check')
  @HttpCode(200)
  @Can('scheme', 'check')
  check(@Body() dto: SchemeDto) {
    return this.reading.check(documentOf(dto.document));
  }

  /** Editors ask for it without a session; it says nothing that the language's page does not. */
  @Get('schema')
  @Public()
  schema() {
    return this.reading.schema;
  }

  /** What differs in meaning between two documents, neither of which need be stored. */
  @Post('difference')
  @HttpCode(200)
  @Can('scheme', 'check')
  documentsDifference(@Body() dto: DifferenceDto) {
    return { items: this.reading.difference(documentOf(dto.before, 'before'), documentOf(dto.after, 'after')) };
  }

  @Get(':code/versions')
  @Can('scheme', 'read')
  versions(@Param('code') code: string, @Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.query.versions(actor, code, query);
  }

  @Get(':code/versions/:version')
  @Can('scheme', 'read')
  async one(
    @Param('code') code: string,
    @Param('version', ParseIntPipe) version: number,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return tagged(reply, await this.query.one(actor, code, version));
  }

  /** What differs in meaning between another version (the older) and this one. */
  @Get(':code/versions/:version/difference')
  @Can('scheme', 'read')
  async difference(
    @Param('code') code: string,
    @Param('version', ParseIntPipe) version: number,
    @Query() other: OtherVersionDto,
    @CurrentActor() actor: Actor,
  ) {
    const older = [other.code ?? code, Number.parseInt(other.with, 10)] as const;
    return { items: await this.reading.versionsDifference(actor, [code, version], older) };
  }

  @Get(':code/versions/:version/methodology')
  @Can('scheme', 'methodology')
  methodology(
    @Param('code') code: string,
    @Param('version', ParseIntPipe) version: number,
    @CurrentActor() actor: Actor,
  ) {
    return this.reading.methodology(actor, code, version);
  }

  /** What an institution would see under each way to publish, before anything is filed: over invented figures. */
  @Get(':code/versions/:version/disclosure')
  @Can('scheme', 'methodology')
  disclosure(
    @Param('code') code: string,
    @Param('version', ParseIntPipe) version: number,
    @CurrentActor() actor: Actor,
  ) {
    return this.reading.disclosure(actor, code, version);
  }

  /** What an evaluation of a period would be warned of. */
  @Get(':code/versions/:version/warnings')
  @Can('scheme', 'read')
  warnings(
    @Param('code') code: string,
    @Param('version', ParseIntPipe) version: number,
    @Query() { period }: PeriodDto,
    @CurrentActor() actor: Actor,
  ) {
    return this.query.warnings(actor, code, version, period);
  }

  @Post(':code/versions/:version/consult')
  @HttpCode(200)
  @Can('scheme', 'consult')
  async consult(
    @Param('code') code: string,
    @Param('version', ParseIntPipe) version: number,
    @IfMatch() lifeVersion: number,
    @Body() dto: ConsultDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return tagged(reply, await this.schemes.consult(actor, code, version, lifeVersion, dto));
  }

  @Get(':code/versions/:version/replies')
  @Can('scheme', 'read')
  replies(
    @Param('code') code: string,
    @Param('version', ParseIntPipe) version: number,
    @Query() query: ListDto,
    @CurrentActor() actor: Actor,
  ) {
    return this.query.replies(actor, code, version, query);
  }

  @Post(':code/versions/:version/replies')
  @Can('scheme', 'reply')
  async reply(
    @Param('code') code: string,
    @Param('version', ParseIntPipe) version: number,
    @Body() dto: ReplyDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.schemes.reply(actor, code, version, dto));
  }

  @Post(':code/versions/:version/replies/:id/settle')
  @HttpCode(200)
  @Can('scheme', 'settle')
  async settle(
    @Param('code') code: string,
    @Param('version', ParseIntPipe) version: number,
    @Param('id', IdPipe) id: string,
    @IfMatch() editVersion: number,
    @Body() dto: SettleReplyDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.schemes.settle(actor, code, version, id, editVersion, dto));
  }

  /** `If-Match` is heeded where it comes; programs from before the life of schemes send none. */
  @Post(':code/versions/:version/review')
  @HttpCode(200)
  @Can('scheme', 'review')
  async review(
    @Param('code') code: string,
    @Param('version', ParseIntPipe) version: number,
    @Headers('if-match') match: string | undefined,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const lifeVersion = match === undefined ? null : matchedVersion(match);
    return tagged(reply, await this.schemes.review(actor, code, version, lifeVersion));
  }

  @Post(':code/versions/:version/issue')
  @HttpCode(200)
  @Can('scheme', 'issue')
  async issue(
    @Param('code') code: string,
    @Param('version', ParseIntPipe) version: number,
    @IfMatch() lifeVersion: number,
    @Body() dto: IssueDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return tagged(reply, await this.schemes.issue(actor, code, version, lifeVersion, dto));
  }

  @Post(':code/versions/:version/retire')
  @HttpCode(200)
  @Can('scheme', 'retire')
  async retire(
    @Param('code') code: string,
    @Param('version', ParseIntPipe) version: number,
    @IfMatch() lifeVersion: number,
    @Body() dto: RetireDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return tagged(reply, await this.schemes.retire(actor, code, version, lifeVersion, dto.reason));
  }
}
