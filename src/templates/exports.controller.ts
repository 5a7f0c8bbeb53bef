import { Controller, Get, Param, Query, Res } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Length, Matches } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Remembered } from '../audit/sensitive-reads.service.js';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { download, XLSX } from '../platform/download.service.js';
import { IdPipe } from '../platform/http.service.js';
import { FilingsExport } from './filings-export.service.js';
import { Templates } from './templates.service.js';

const QUARTER = /^[0-9]{4}Q[1-4]$/;

class TemplateDto {
  @ApiProperty({ description: '统一社会信用代码' })
  @IsString()
  @Length(1, 40)
  institution!: string;

  @ApiProperty({ example: '2026Q3' })
  @Matches(QUARTER)
  period!: string;

  @ApiProperty({ required: false, description: '报表代码；不写则为每季填报的统计表' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  form?: string;
}

class PeriodDto {
  @ApiProperty({ example: '2026Q3' })
  @Matches(QUARTER)
  period!: string;
}

@ApiTags('exports')
@Controller('exports')
export class ExportsController {
  constructor(
    private readonly templates: Templates,
    private readonly filings: FilingsExport,
  ) {}

  @Get('filings.xlsx')
  @Can('filing', 'read')
  @Remembered('filing.export', 'staff')
  async filingsWorkbook(
    @Query() { period }: PeriodDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return download(reply, `报送数据_${period}.xlsx`, XLSX, await this.filings.workbook(actor, period));
  }

  @Get('filings.csv')
  @Can('filing', 'read')
  @Remembered('filing.export', 'staff')
  async filingsCsv(
    @Query() { period }: PeriodDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const bytes = Buffer.from(await this.filings.csv(actor, period));
    return download(reply, `报送数据_${period}.csv`, 'text/csv; charset=utf-8', bytes);
  }

  @Get('templates/:filing.xlsx')
  @Can('filing', 'read')
  async template(
    @Param('filing', IdPipe) filing: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { name, bytes } = await this.templates.ofFiling(actor, filing);
    return download(reply, name, XLSX, bytes);
  }

  @Get('templates')
  @Can('filing', 'read')
  async templateBefore(
    @Query() dto: TemplateDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { name, bytes } = await this.templates.ofObligation(actor, dto.institution, dto.period, dto.form);
    return download(reply, name, XLSX, bytes);
  }
}
