import { Body, Controller, Get, Header, Headers, HttpCode, Param, Post, Query, Res, Sse } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Remembered } from '../audit/sensitive-reads.service.js';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { EvaluationQuery } from './evaluation.query.js';
import { EvaluationEvents } from './evaluation-events.query.js';
import { PublishDto, ReasonDto, StartEvaluationDto } from './evaluations.dto.js';
import { Evaluations } from './evaluations.service.js';
import { RankingQuery } from './ranking.query.js';
import { ResultQuery } from './result.query.js';

class RankingListDto extends ListDto {
  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  cohort?: string;

  @ApiProperty({
    required: false,
    description: '供工作人员：published 为公布稿，只公布等次的不带名次和总分，按等次、名称排列',
  })
  @IsOptional()
  @IsIn(['published'])
  as?: 'published';
}

class ExportDto {
  @ApiProperty({ required: false, description: '供 Excel 打开：带字节序标记、中文表头，公式样的文本已处理' })
  @IsOptional()
  @IsIn(['1'])
  excel?: '1';

  @ApiProperty({ required: false, description: '公布稿：只公布等次的不带名次和总分，按等次、名称排列' })
  @IsOptional()
  @IsIn(['published'])
  as?: 'published';
}

@ApiTags('evaluations')
@Controller()
export class EvaluationsController {
  constructor(
    private readonly evaluations: Evaluations,
    private readonly query: EvaluationQuery,
    private readonly ranking: RankingQuery,
    private readonly results: ResultQuery,
    private readonly events: EvaluationEvents,
  ) {}

  @Get('evaluations')
  @Can('evaluation', 'read')
  list(@Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.query.list(actor, query);
  }

  @Post('evaluations')
  @HttpCode(202)
  @Can('evaluation', 'create')
  async start(
    @Body() dto: StartEvaluationDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const evaluation = await this.evaluations.start(actor, dto);
    reply.header('location', `/api/v1/evaluations/${evaluation.id}`);
    return evaluation;
  }

  @Get('evaluations/:id')
  @Can('evaluation', 'read')
  one(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.query.one(actor, id);
  }

  @Post('evaluations/:id/requeue')
  @HttpCode(200)
  @Can('evaluation', 'requeue')
  requeue(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.evaluations.requeue(actor, id);
  }

  @Post('evaluations/:id/cancel')
  @HttpCode(200)
  @Can('evaluation', 'cancel')
  cancel(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.evaluations.cancel(actor, id);
  }

  @Post('evaluations/:id/verify')
  @HttpCode(200)
  @Can('evaluation', 'verify')
  verify(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.evaluations.verify(actor, id);
  }

  @Post('evaluations/:id/publish')
  @HttpCode(200)
  @Can('evaluation', 'publish')
  publish(@Param('id', IdPipe) id: string, @Body() dto: PublishDto, @CurrentActor() actor: Actor) {
    return this.evaluations.publish(actor, id, dto.ranks);
  }

  @Post('evaluations/:id/finalise')
  @HttpCode(200)
  @Can('evaluation', 'finalise')
  finalise(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.evaluations.finalise(actor, id);
  }

  @Post('evaluations/:id/annul')
  @HttpCode(200)
  @Can('evaluation', 'annul')
  annul(@Param('id', IdPipe) id: string, @Body() dto: ReasonDto, @CurrentActor() actor: Actor) {
    return this.evaluations.annul(actor, id, dto.reason ?? '');
  }

  @Sse('evaluations/:id/events')
  @Can('evaluation', 'read')
  stream(
    @Param('id', IdPipe) id: string,
    @Headers('last-event-id') lastEventId: string | undefined,
    @CurrentActor() actor: Actor,
  ) {
    return this.events.stream(actor, id, lastEventId);
  }

  @Get('evaluations/:id/ranking')
  @Can('evaluation', 'read')
  rows(@Param('id', IdPipe) id: string, @Query() filter: RankingListDto, @CurrentActor() actor: Actor) {
    return this.ranking.list(actor, id, filter);
  }

  @Get('evaluations/:id/results/:institution')
  @Can('evaluation', 'read')
  @Remembered('evaluation.result', 'staff')
  result(@Param('id', IdPipe) id: string, @Param('institution') institution: string, @CurrentActor() actor: Actor) {
    return this.results.one(actor, id, institution);
  }

  @Get('evaluations/:id/results/:institution/explanation')
  @Can('evaluation', 'read')
  @Remembered('evaluation.result', 'staff')
  explanation(
    @Param('id', IdPipe) id: string,
    @Param('institution') institution: string,
    @CurrentActor() actor: Actor,
  ) {
    return this.results.explanation(actor, id, institution);
  }

  @Get('evaluations/:id/bundle')
  @Header('content-type', 'application/json; charset=utf-8')
  @Can('evaluation', 'bundle')
  @Remembered('evaluation.bundle', 'everybody')
  async bundle(
    @Param('id', IdPipe) id: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { text, isFull } = await this.evaluations.bundle(actor, id);
    reply.header('content-disposition', `attachment; filename="${isFull ? 'bundle' : 'bundle-redacted'}.json"`);
    return text;
  }

  @Get('exports/evaluations/:id/ranking.csv')
  @Header('content-type', 'text/csv; charset=utf-8')
  @Header('content-disposition', 'attachment; filename="ranking.csv"')
  @Can('evaluation', 'export')
  @Remembered('evaluation.export', 'everybody')
  csv(@Param('id', IdPipe) id: string, @Query() query: ExportDto, @CurrentActor() actor: Actor) {
    return this.ranking.csv(actor, id, query);
  }
}
