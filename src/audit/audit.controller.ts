import { Controller, Get, Query } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsISO8601, IsOptional, IsString, Length } from 'class-validator';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { ListDto } from '../platform/list.dto.js';
import { AuditQuery } from './audit.query.js';

class AuditListDto extends ListDto {
  @ApiProperty({ required: false, example: 'filing.accept' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  action?: string;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @Length(1, 128)
  subject?: string;

  @ApiProperty({ required: false, description: '操作人编号' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  actor?: string;

  @ApiProperty({ required: false, description: '统一社会信用代码' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  institution?: string;

  @ApiProperty({ required: false, description: '自此刻起（含），带时区', example: '2026-10-01T00:00:00+08:00' })
  @IsOptional()
  @IsISO8601({ strict: true })
  from?: string;

  @ApiProperty({ required: false, description: '到此刻止（不含），带时区' })
  @IsOptional()
  @IsISO8601({ strict: true })
  to?: string;
}

@ApiTags('audit')
@Controller('audit')
export class AuditController {
  constructor(private readonly audit: AuditQuery) {}

  @Get()
  @Can('audit', 'read')
  list(@Query() filter: AuditListDto, @CurrentActor() actor: Actor) {
    return this.audit.list(actor, filter);
  }
}
