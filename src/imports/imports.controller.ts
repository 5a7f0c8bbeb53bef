import type { MultipartFile } from '@fastify/multipart';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Can, CurrentActor, type SignedIn } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { DomainError } from '../problems/problems.js';
import { ImportQuery } from './import.query.js';
import type { ImportLayout } from './import-reading.js';
import { Imports } from './imports.service.js';

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

const unreadable = (message: string): DomainError => new DomainError('IMPORT_UPLOAD', 422, message);

/** @throws UNPARSABLE for a form that is cut off or malformed: the parser's own errors carry no status then */
const parsed = async <T>(reading: Promise<T>): Promise<T> => {
  try {
    return await reading;
  } catch (error) {
    if ((error as { statusCode?: number }).statusCode !== undefined) throw error;
    throw new DomainError('UNPARSABLE', 400, '上传的表单不完整或格式有误，请重新上传');
  }
};

function layoutOf(file: MultipartFile): ImportLayout | undefined {
  const field = file.fields.layout;
  const value = field && 'value' in field ? field.value : undefined;
  if (value === undefined || value === '') return undefined;
  if (value !== 'long' && value !== 'wide') throw unreadable('layout 应为 long 或 wide');
  return value;
}

@ApiTags('imports')
@Controller('imports')
export class ImportsController {
  constructor(
    private readonly imports: Imports,
    private readonly query: ImportQuery,
  ) {}

  @Post()
  @ApiConsumes('multipart/form-data')
  @Can('import', 'create')
  async preview(
    @Req() request: SignedIn,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    if (!request.isMultipart()) throw new DomainError('MEDIA_TYPE', 415, '请以 multipart/form-data 上传文件');
    const file = await parsed(request.file({ throwFileSizeLimit: false }));
    if (!file) throw unreadable('没有收到文件（字段名 file）');
    const bytes = await parsed(file.toBuffer());
    // The reader says itself that a file is over the limit; one that was cut off must not reach it as if whole.
    if (file.file.truncated) throw new DomainError('IMPORT_SIZE', 422, '文件超过 20 MB，请拆分后上传');
    const made = await this.imports.preview(actor, { name: file.filename, bytes }, layoutOf(file));
    reply.header('location', `/api/v1/imports/${made.id}`);
    return made;
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

  @Post(':id/commit')
  @HttpCode(200)
  @Can('import', 'commit')
  commit(@Param('id', IdPipe) id: string, @Body() dto: CommitImportDto, @CurrentActor() actor: Actor) {
    return this.imports.commit(actor, id, { skip: dto.skip ?? false, clear: dto.clear ?? false });
  }
}
