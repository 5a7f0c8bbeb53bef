import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsString, Length, Matches } from 'class-validator';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { Waivers } from './waivers.service.js';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

class GrantWaiverDto {
  @ApiProperty({ description: '统一社会信用代码' })
  @IsString()
  @Length(1, 64)
  institution!: string;

  @ApiProperty({ example: '全公司仅一名统计人员' })
  @IsString()
  @Length(1, 500)
  reason!: string;

  @ApiProperty({ example: '2026-01-01' })
  @Matches(DAY, { message: '日期，如 2026-01-01' })
  validFrom!: string;

  @ApiProperty({ example: '2026-12-31' })
  @Matches(DAY, { message: '日期，如 2026-12-31' })
  validTo!: string;
}

/** 一人机构豁免. */
@ApiTags('filings')
@Controller('waivers')
export class WaiversController {
  constructor(private readonly waivers: Waivers) {}

  @Get()
  @Can('waiver', 'read')
  list(@Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.waivers.list(actor, query);
  }

  @Post()
  @Can('waiver', 'grant')
  grant(@Body() dto: GrantWaiverDto, @CurrentActor() actor: Actor) {
    return this.waivers.grant(actor, dto);
  }

  @Post(':id/end')
  @HttpCode(204)
  @Can('waiver', 'end')
  end(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.waivers.end(actor, id);
  }
}
