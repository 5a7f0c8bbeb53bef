import { Body, Controller, Get, Patch, Post, Res } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, IsArray, IsObject, IsOptional, IsString } from 'class-validator';
import type { FastifyReply } from 'fastify';
import type { District } from '../district/district.js';
import { Can, CurrentActor, IfMatch } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { withEtag } from '../platform/http.service.js';
import { SetupQuery } from './setup.query.js';
import { Setup } from './setup.service.js';

/** What each answer may say is read with the file itself: src/district/district.ts. */
class AnswersDto implements Partial<Record<keyof District, unknown>> {
  @ApiProperty({ required: false, example: '青川区' })
  @IsOptional()
  name?: unknown;

  @ApiProperty({ required: false, example: '青川区财政局' })
  @IsOptional()
  bureau?: unknown;

  @ApiProperty({ required: false, example: [{ code: 'finance_bureau', title: '青川区财政局' }] })
  @IsOptional()
  @IsArray()
  departments?: unknown[];

  @ApiProperty({ required: false, example: ['wang.lixin', 'zhao.qinghe', 'li.ruoxi'] })
  @IsOptional()
  @IsArray()
  people?: unknown[];

  @ApiProperty({ required: false, example: { filingWorkingDays: 10, departmentWorkingDays: null } })
  @IsOptional()
  @IsObject()
  deadlines?: unknown;

  @ApiProperty({ required: false, enum: ['sealed', 'open'] })
  @IsOptional()
  disclosure?: unknown;

  @ApiProperty({
    required: false,
    example: '/mnt/backup/greenrank',
    description: '备份目录的绝对路径；null：用默认目录',
  })
  @IsOptional()
  backups?: unknown;
}

class SchemesDto {
  @ApiProperty({ example: ['bank-first-year'] })
  @IsArray()
  @ArrayMaxSize(40)
  @IsString({ each: true })
  codes!: string[];
}

/** 开办: the nine questions that a district answers once. */
@ApiTags('setup')
@Controller('setup')
export class SetupController {
  constructor(
    private readonly setup: Setup,
    private readonly query: SetupQuery,
  ) {}

  @Get()
  @Can('setup', 'read')
  async view(@CurrentActor() actor: Actor, @Res({ passthrough: true }) reply: FastifyReply) {
    return withEtag(reply, await this.query.view(actor));
  }

  @Patch()
  @Can('setup', 'answer')
  async answer(
    @Body() dto: AnswersDto,
    @IfMatch() version: number,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.setup.answer(actor, version, dto as Partial<District>));
  }

  @Post('schemes')
  @Can('scheme', 'create')
  async takeSchemes(
    @Body() dto: SchemesDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return withEtag(reply, await this.setup.takeSchemes(actor, dto.codes));
  }
}
