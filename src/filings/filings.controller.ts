import { Body, Controller, Get, Headers, HttpCode, Param, Patch, Post, Query, Res } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Remembered } from '../audit/sensitive-reads.service.js';
import { Can, CurrentActor, IfMatch, matchedVersion } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { IdPipe, withEtag } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { cellChanges, justificationsOf } from './cell-changes.js';
import { FilingQuery } from './filing.query.js';
import { AmendFilingDto, CreateFilingDto, EditFilingDto, ReturnFilingDto, SubmitFilingDto } from './filings.dto.js';
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

@ApiTags('filings')
@Controller('filings')
export class FilingsController {
  constructor(
    private readonly filings: Filings,
    private readonly query: FilingQuery,
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
    return withEtag(reply, await this.filings.edit(actor, id, version, cellChanges(dto.figures)));
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

  @Post(':id/claim')
  @HttpCode(200)
  @Can('filing', 'claim')
  async claim(
    @Param('id', IdPipe) id: string,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.filings.move(actor, id, version, 'claim'));
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
    return withEtag(reply, await this.filings.move(actor, id, version, 'release'));
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
    return withEtag(reply, await this.filings.return(actor, id, version, dto));
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
    return withEtag(reply, await this.filings.accept(actor, id, version));
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
    return withEtag(reply, await this.filings.amend(actor, id, version, dto));
  }
}
