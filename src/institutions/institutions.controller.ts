import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, IsString, Length } from 'class-validator';
import { INSTITUTION_TYPES, type InstitutionType } from '../forms/metric.js';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { ListDto } from '../platform/list.dto.js';
import { Aliases } from './aliases.service.js';
import { InstitutionQuery } from './institution.query.js';
import { EVENT_KINDS, type EventKind, InstitutionEvents } from './institution-events.service.js';
import { Institutions } from './institutions.service.js';

class InstitutionListDto extends ListDto {
  @ApiProperty({ required: false, example: 'bank' })
  @IsOptional()
  @IsString()
  @Length(1, 32)
  type?: string;

  @ApiProperty({ required: false, description: '名称或统一社会信用代码的一部分' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  q?: string;

  @ApiProperty({ required: false, example: 'district' })
  @IsOptional()
  @IsString()
  @Length(1, 32)
  register?: string;
}

class EventDto {
  @ApiProperty({ enum: EVENT_KINDS })
  @IsIn(EVENT_KINDS)
  kind!: EventKind;

  @ApiProperty({ example: '2026-07-01' })
  @IsISO8601({ strict: true })
  @Length(10, 10)
  effectiveOn!: string;

  @ApiProperty({ required: false, description: '更名后的名称' })
  @IsOptional()
  @IsString()
  @Length(2, 128)
  name?: string;

  @ApiProperty({ required: false, enum: INSTITUTION_TYPES, description: '变更后的类型' })
  @IsOptional()
  @IsIn(INSTITUTION_TYPES)
  type?: InstitutionType;

  @ApiProperty({ required: false, description: '承接机构的统一社会信用代码' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  other?: string;

  @ApiProperty({ example: '金监批〔2026〕1号' })
  @IsString()
  @Length(1, 128)
  document!: string;

  @ApiProperty({ example: '监管部门批准更名' })
  @IsString()
  @Length(4, 500)
  reason!: string;
}

class AliasDto {
  @ApiProperty({ example: '青禾示范' })
  @IsString()
  @Length(1, 128)
  alias!: string;
}

@ApiTags('institutions')
@Controller('institutions')
export class InstitutionsController {
  constructor(
    private readonly institutions: Institutions,
    private readonly query: InstitutionQuery,
    private readonly events: InstitutionEvents,
    private readonly aliases: Aliases,
  ) {}

  @Get()
  @Can('institution', 'read')
  list(@Query() filter: InstitutionListDto, @CurrentActor() actor: Actor) {
    return this.institutions.list(actor, filter);
  }

  @Get(':institution')
  @Can('institution', 'read')
  one(@Param('institution') uscc: string, @CurrentActor() actor: Actor) {
    return this.query.one(actor, uscc);
  }

  @Get(':institution/events')
  @Can('institution', 'read')
  eventsOf(@Param('institution') uscc: string, @Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.events.list(actor, uscc, query);
  }

  @Post(':institution/events')
  @Can('institution', 'edit')
  record(@Param('institution') uscc: string, @Body() dto: EventDto, @CurrentActor() actor: Actor) {
    return this.events.record(actor, uscc, dto);
  }

  @Post(':institution/aliases')
  @Can('institution', 'edit')
  addAlias(@Param('institution') uscc: string, @Body() dto: AliasDto, @CurrentActor() actor: Actor) {
    return this.aliases.add(actor, uscc, dto.alias);
  }

  @Post(':institution/aliases/remove')
  @HttpCode(200)
  @Can('institution', 'edit')
  removeAlias(@Param('institution') uscc: string, @Body() dto: AliasDto, @CurrentActor() actor: Actor) {
    return this.aliases.remove(actor, uscc, dto.alias);
  }
}
