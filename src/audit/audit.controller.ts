import { Readable } from 'node:stream';
import { Controller, Get, Query, StreamableFile } from '@nestjs/common';
import { ApiProperty, ApiTags, IntersectionType } from '@nestjs/swagger';
import { IsISO8601, IsOptional, IsString, Length } from 'class-validator';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { ListDto } from '../platform/list.dto.js';
import { AuditQuery } from './audit.query.js';
import { SealQuery } from './seal.query.js';
import { Remembered } from './sensitive-reads.service.js';

class AuditFilterDto {
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

class AuditListDto extends IntersectionType(ListDto, AuditFilterDto) {}

@ApiTags('audit')
@Controller()
export class AuditController {
  constructor(
    private readonly audit: AuditQuery,
    private readonly seals: SealQuery,
  ) {}

  @Get('audit')
  @Can('audit', 'read')
  @Remembered('audit.read', 'everybody')
  list(@Query() filter: AuditListDto, @CurrentActor() actor: Actor) {
    return this.audit.list(actor, filter);
  }

  @Get('audit/head')
  @Can('audit', 'head')
  head(@CurrentActor() actor: Actor) {
    return this.seals.head(actor);
  }

  @Get('audit/roots')
  @Can('audit', 'read')
  roots(@Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.seals.roots(actor, query);
  }

  @Get('exports/audit.csv')
  @Can('audit', 'export')
  @Remembered('audit.export', 'everybody')
  async csv(@Query() filter: AuditFilterDto, @CurrentActor() actor: Actor) {
    return new StreamableFile(Readable.from(await this.audit.csv(actor, filter)), {
      type: 'text/csv; charset=utf-8',
      disposition: 'attachment; filename="audit.csv"',
    });
  }
}
