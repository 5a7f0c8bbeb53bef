import { Body, Controller, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Can, CurrentActor, IfMatch } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { IdPipe, withEtag } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { Amendments } from './amendments.service.js';
import { FilingQuery } from './filing.query.js';
import {
  AcceptAllDto,
  AmendFilingDto,
  FilingReasonDto,
  ReturnFilingDto,
  RulingDto,
  SetAsideDto,
} from './filings.dto.js';
import { ReviewRules } from './review-rules.service.js';
import { Reviews } from './reviews.service.js';

class QueueDto extends ListDto {
  @ApiProperty({ required: false, example: '2026Q3' })
  @IsOptional()
  @IsString()
  @Length(1, 6)
  period?: string;
}

/** 审核: the bureau's side of a filing's life, and the amendments. */
@ApiTags('filings')
@Controller('filings')
export class ReviewsController {
  constructor(
    private readonly reviews: Reviews,
    private readonly amendments: Amendments,
    private readonly query: FilingQuery,
    private readonly rules: ReviewRules,
  ) {}

  @Get('queue')
  @Can('filing', 'queue')
  queue(@Query() filter: QueueDto, @CurrentActor() actor: Actor) {
    return this.query.queue(actor, filter);
  }

  /** Reasons of a return, and when a second person is asked. */
  @Get('review-rules')
  @Can('filing', 'queue')
  reviewRules() {
    const { second, points, returnReasons } = this.rules;
    return { second, points, returnReasons };
  }

  @Post('accept')
  @HttpCode(200)
  @Can('filing', 'accept')
  acceptAll(@Body() dto: AcceptAllDto, @CurrentActor() actor: Actor) {
    return this.reviews.acceptAll(actor, dto.filings);
  }

  @Post(':id/claim')
  @HttpCode(200)
  @Can('filing', 'claim')
  async claim(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.reviews.claim(actor, id, version));
  }

  @Post(':id/release')
  @HttpCode(200)
  @Can('filing', 'release')
  async release(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.reviews.release(actor, id, version));
  }

  @Post(':id/return')
  @HttpCode(200)
  @Can('filing', 'return')
  async return(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @Body() dto: ReturnFilingDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.reviews.return(actor, id, version, dto));
  }

  @Post(':id/accept')
  @HttpCode(200)
  @Can('filing', 'accept')
  async accept(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.reviews.accept(actor, id, version));
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Can('filing', 'confirm')
  async confirm(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.reviews.confirm(actor, id, version));
  }

  @Post(':id/decline')
  @HttpCode(200)
  @Can('filing', 'confirm')
  async decline(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @Body() dto: FilingReasonDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.reviews.decline(actor, id, version, dto.reason));
  }

  @Post(':id/rulings')
  @HttpCode(200)
  @Can('filing', 'accept')
  async rule(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @Body() dto: RulingDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.reviews.rule(actor, id, version, dto));
  }

  @Post(':id/set-aside')
  @HttpCode(200)
  @Can('filing', 'set_aside')
  async setAside(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @Body() dto: SetAsideDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.reviews.setAside(actor, id, version, dto.metric, dto.reason));
  }

  @Post(':id/amend')
  @HttpCode(200)
  @Can('filing', 'amend')
  async amend(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @Body() dto: AmendFilingDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.amendments.amend(actor, id, version, dto));
  }

  @Post(':id/approve-amendment')
  @HttpCode(200)
  @Can('filing', 'decide_amendment')
  async approveAmendment(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.amendments.approve(actor, id, version));
  }

  @Post(':id/refuse-amendment')
  @HttpCode(200)
  @Can('filing', 'decide_amendment')
  async refuseAmendment(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @Body() dto: FilingReasonDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.amendments.refuse(actor, id, version, dto.reason));
  }
}
