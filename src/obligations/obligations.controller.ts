import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, IsString, Length, Matches } from 'class-validator';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { DueChanges } from './due-changes.service.js';
import { ObligationQuery } from './obligation.query.js';
import { Obligations } from './obligations.service.js';

const PERIOD = /^\d{4}Q[1-4]$/;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

class ObligationListDto extends ListDto {
  @ApiProperty({ required: false, example: '2026Q3' })
  @IsOptional()
  @IsString()
  @Length(1, 6)
  period?: string;

  @ApiProperty({ required: false, description: 'not_started、报表的状态、exempt 或 closed' })
  @IsOptional()
  @IsString()
  @Length(1, 32)
  state?: string;

  @ApiProperty({ required: false, description: '统一社会信用代码' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  institution?: string;

  @ApiProperty({ required: false, enum: ['regular', 'backfill', 'control'] })
  @IsOptional()
  @IsIn(['regular', 'backfill', 'control'])
  kind?: string;

  @ApiProperty({ required: false, example: 'bank' })
  @IsOptional()
  @IsString()
  @Length(1, 32)
  type?: string;

  @ApiProperty({ required: false, enum: ['true', 'false'] })
  @IsOptional()
  @IsIn(['true', 'false'])
  overdue?: string;
}

class DueChangeListDto extends ListDto {
  @ApiProperty({ required: false, enum: ['true', 'false'], description: 'true：等待决定的' })
  @IsOptional()
  @IsIn(['true', 'false'])
  open?: string;

  @ApiProperty({ required: false, description: '填报任务的编号' })
  @IsOptional()
  @Matches(UUID, { message: '编号' })
  obligation?: string;
}

class GenerateDto {
  @ApiProperty({ example: '2026Q3' })
  @Matches(PERIOD, { message: '报告期应写作 2026Q3' })
  period!: string;
}

class BackfillDto {
  @ApiProperty({ description: '统一社会信用代码' })
  @IsString()
  @Length(1, 64)
  institution!: string;

  @ApiProperty({ example: 'bank-quarterly' })
  @IsString()
  @Length(1, 64)
  form!: string;

  @ApiProperty({ example: '2024Q4' })
  @Matches(PERIOD, { message: '报告期应写作 2026Q3' })
  period!: string;

  @ApiProperty({ enum: ['backfill'] })
  @IsIn(['backfill'])
  kind!: 'backfill';

  @ApiProperty({ example: '2026-12-31T16:00:00Z', description: '本次补录自己的截止时间' })
  @IsISO8601({ strict: true })
  due!: string;

  @ApiProperty({ example: '新纳入统计，补录2024年数据' })
  @IsString()
  @Length(4, 500)
  reason!: string;
}

class DueChangeDto {
  @ApiProperty({ enum: ['extension', 'exemption'] })
  @IsIn(['extension', 'exemption'])
  kind!: 'extension' | 'exemption';

  @ApiProperty({ required: false, example: '2026-11-03', description: '延期至该日24:00' })
  @IsOptional()
  @IsISO8601({ strict: true })
  until?: string;

  @ApiProperty({ example: '核心系统切换，本季数据须延后取得' })
  @IsString()
  @Length(4, 500)
  reason!: string;
}

class GrantChangeDto {
  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @Length(0, 500)
  reason?: string;
}

class RefuseChangeDto {
  @ApiProperty({ example: '理由不充分，仍按原期限报送' })
  @IsString()
  @Length(4, 500)
  reason!: string;
}

@ApiTags('obligations')
@Controller()
export class ObligationsController {
  constructor(
    private readonly obligations: Obligations,
    private readonly query: ObligationQuery,
    private readonly changes: DueChanges,
  ) {}

  @Get('obligations')
  @Can('obligation', 'read')
  list(@Query() filter: ObligationListDto, @CurrentActor() actor: Actor) {
    return this.query.list(actor, filter);
  }

  /** 补录: history, by a date of its own. */
  @Post('obligations')
  @Can('obligation', 'create')
  create(@Body() dto: BackfillDto, @CurrentActor() actor: Actor) {
    const { institution, form, period, reason } = dto;
    return this.obligations.backfill(actor, { institution, form, period, reason, due: new Date(dto.due) });
  }

  @Post('obligations/generate')
  @HttpCode(200)
  @Can('obligation', 'generate')
  generate(@Body() dto: GenerateDto, @CurrentActor() actor: Actor) {
    return this.obligations.generate(actor, dto.period);
  }

  @Post('obligations/:id/due-changes')
  @Can('obligation', 'ask')
  ask(@Param('id', IdPipe) id: string, @Body() dto: DueChangeDto, @CurrentActor() actor: Actor) {
    return this.changes.ask(actor, id, dto);
  }

  @Get('due-changes')
  @Can('obligation', 'read')
  dueChanges(@Query() filter: DueChangeListDto, @CurrentActor() actor: Actor) {
    return this.changes.list(actor, filter);
  }

  @Post('due-changes/:id/grant')
  @HttpCode(200)
  @Can('obligation', 'decide')
  grant(@Param('id', IdPipe) id: string, @Body() dto: GrantChangeDto, @CurrentActor() actor: Actor) {
    return this.changes.grant(actor, id, dto.reason ?? '');
  }

  @Post('due-changes/:id/refuse')
  @HttpCode(200)
  @Can('obligation', 'decide')
  refuse(@Param('id', IdPipe) id: string, @Body() dto: RefuseChangeDto, @CurrentActor() actor: Actor) {
    return this.changes.refuse(actor, id, dto.reason);
  }

  @Get('periods')
  @Can('catalogue', 'read')
  periods(@Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.query.periods(actor, query);
  }
}
