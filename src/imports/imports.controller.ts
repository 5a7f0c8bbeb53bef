import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Can, CurrentActor, type SignedIn } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { download, XLSX } from '../platform/download.service.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { type Upload, uploadOf } from '../platform/upload.service.js';
import { DomainError } from '../problems/problems.js';
import { ImportQuery } from './import.query.js';
import type { ImportLayout } from './import-reading.js';
import { Imports } from './imports.service.js';
import { MarkedWorkbooks } from './marked-workbooks.service.js';

class CommitImportDto {
  @ApiProperty({ required: false, description: '有问题的行跳过，其余导入' })
  @IsOptional()
  @IsBoolean()
  skip?: boolean;

  @ApiProperty({ required: false, description: '空单元格清空已有数字' })
  @IsOptional()
  @IsBoolean()
  clear?: boolean;
}

function layoutOf({ layout }: Upload['fields']): ImportLayout | undefined {
  if (layout === undefined || layout === '') return undefined;
  if (layout !== 'long' && layout !== 'wide') throw new DomainError('IMPORT_UPLOAD', 422, 'layout 应为 long 或 wide');
  return layout;
}

/** @throws NOT_FOUND for what is no id */
const filingOf = ({ filing }: Upload['fields']): string | null => (filing ? new IdPipe().transform(filing) : null);

@ApiTags('imports')
@Controller('imports')
export class ImportsController {
  constructor(
    private readonly imports: Imports,
    private readonly query: ImportQuery,
    private readonly markedWorkbooks: MarkedWorkbooks,
  ) {}

  @Post()
  @ApiConsumes('multipart/form-data')
  @Can('import', 'create')
  async preview(
    @Req() request: SignedIn,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { name, bytes, fields } = await uploadOf(request);
    const made = await this.imports.preview(actor, { name, bytes }, layoutOf(fields), filingOf(fields));
    reply.header('location', `/api/v1/imports/${made.id}`);
    return made;
  }

  @Get()
  @Can('import', 'read')
  list(@Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.query.list(actor, query);
  }

  @Get(':id')
  @Can('import', 'read')
  one(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.query.one(actor, id);
  }

  @Get(':id/rows')
  @Can('import', 'read')
  rows(@Param('id', IdPipe) id: string, @Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.query.rows(actor, id, query);
  }

  @Get(':id/issues')
  @Can('import', 'read')
  issues(@Param('id', IdPipe) id: string, @Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.query.issues(actor, id, query);
  }

  @Get(':id/original')
  @Can('import', 'read')
  async original(
    @Param('id', IdPipe) id: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { name, bytes, sha256 } = await this.query.original(actor, id);
    reply.header('etag', `"${sha256}"`);
    return download(reply, name, name.toLowerCase().endsWith('.csv') ? 'text/csv' : XLSX, bytes);
  }

  @Get(':id/marked.xlsx')
  @Can('import', 'read')
  async marked(
    @Param('id', IdPipe) id: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { name, bytes } = await this.markedWorkbooks.of(actor, id);
    return download(reply, name, XLSX, bytes);
  }

  @Post(':id/undo')
  @HttpCode(200)
  @Can('import', 'undo')
  undo(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.imports.undo(actor, id);
  }

  @Post(':id/commit')
  @HttpCode(200)
  @Can('import', 'commit')
  commit(@Param('id', IdPipe) id: string, @Body() dto: CommitImportDto, @CurrentActor() actor: Actor) {
    return this.imports.commit(actor, id, { skip: dto.skip ?? false, clear: dto.clear ?? false });
  }
}
