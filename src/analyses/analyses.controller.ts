import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Res, Sse } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { FastifyReply } from 'fastify';
import { Remembered } from '../audit/sensitive-reads.service.js';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { pageOf, pageRequest } from '../platform/pages.js';
import {
  AttributionExportDto,
  AttributionListDto,
  ExportDto,
  IntervalListDto,
  RobustnessDto,
  WhatIfDto,
} from './analyses.dto.js';
import { Analyses } from './analyses.service.js';
import { AnalysisQuery } from './analysis.query.js';
import { AnalysisEvents } from './analysis-events.query.js';
import { attributionCsv } from './attribution-csv.js';

@ApiTags('analyses')
@Controller()
export class AnalysesController {
  constructor(
    private readonly analyses: Analyses,
    private readonly query: AnalysisQuery,
    private readonly events: AnalysisEvents,
  ) {}

  @Post('evaluations/:id/whatif')
  @HttpCode(200)
  @Can('evaluation', 'whatif')
  whatIf(@Param('id', IdPipe) id: string, @Body() dto: WhatIfDto, @CurrentActor() actor: Actor) {
    return this.analyses.whatIf(actor, id, dto);
  }

  @Post('evaluations/:id/results/:institution/improvements')
  @HttpCode(200)
  @Can('evaluation', 'whatif')
  improvements(
    @Param('id', IdPipe) id: string,
    @Param('institution') institution: string,
    @CurrentActor() actor: Actor,
  ) {
    return this.analyses.improvements(actor, id, institution);
  }

  @Get('evaluations/:id/attribution')
  @Can('evaluation', 'attribution')
  async attribution(@Param('id', IdPipe) id: string, @Query() query: AttributionListDto, @CurrentActor() actor: Actor) {
    const list = `attribution:${id}:${query.against}`;
    const request = pageRequest(query, list);
    const after = request.after === null ? null : `${request.after[0]}`;
    const rows = await this.analyses.attribution(actor, id, query.against, { after, limit: request.limit + 1 });
    return pageOf(rows, request, list, ({ institution }) => [institution]);
  }

  @Get('exports/evaluations/:id/attribution.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="attribution.csv"')
  @Can('evaluation', 'export')
  @Remembered('evaluation.export', 'everybody')
  async attributionCsv(
    @Param('id', IdPipe) id: string,
    @Query() query: AttributionExportDto,
    @CurrentActor() actor: Actor,
  ) {
    const items = await this.analyses.attribution(actor, id, query.against, { after: null, limit: null });
    return attributionCsv(items, query.excel !== undefined);
  }

  @Post('evaluations/:id/robustness')
  @HttpCode(202)
  @Can('evaluation', 'robustness')
  async start(
    @Param('id', IdPipe) id: string,
    @Body() dto: RobustnessDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const analysis = await this.analyses.start(actor, id, dto);
    reply.header('location', `/api/v1/evaluations/${id}/robustness`);
    return analysis;
  }

  @Post('evaluations/:id/robustness/cancel')
  @HttpCode(200)
  @Can('evaluation', 'robustness')
  cancel(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.analyses.cancel(actor, id);
  }

  @Get('evaluations/:id/robustness')
  @Can('evaluation', 'read')
  intervals(@Param('id', IdPipe) id: string, @Query() filter: IntervalListDto, @CurrentActor() actor: Actor) {
    return this.query.list(actor, id, filter);
  }

  @Sse('evaluations/:id/robustness/events')
  @Can('evaluation', 'findings')
  stream(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.events.stream(actor, id);
  }

  @Get('evaluations/:id/robustness/indicators')
  @Can('evaluation', 'findings')
  indicators(@Param('id', IdPipe) id: string, @Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.query.findings(actor, id, 'indicator', query);
  }

  @Get('evaluations/:id/robustness/reversals')
  @Can('evaluation', 'findings')
  reversals(@Param('id', IdPipe) id: string, @Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.query.findings(actor, id, 'reversal', query);
  }

  @Get('exports/evaluations/:id/rank_intervals.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="rank_intervals.csv"')
  @Can('evaluation', 'export')
  @Remembered('evaluation.export', 'everybody')
  csv(@Param('id', IdPipe) id: string, @Query() query: ExportDto, @CurrentActor() actor: Actor) {
    return this.query.csv(actor, id, query.excel !== undefined);
  }
}
