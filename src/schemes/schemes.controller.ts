import { Body, Controller, Get, HttpCode, Param, ParseIntPipe, Post, Query } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { IsDefined } from 'class-validator';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { ListDto } from '../platform/list.dto.js';
import { DomainError } from '../problems/problems.js';
import { Schemes } from './schemes.service.js';

class SchemeDto {
  @ApiProperty({ description: '方案文档：YAML 或 JSON 文本，或 JSON 对象', type: String })
  // As it came: the transformation would drop keys such as `toString` unseen.
  @Transform(({ obj }: { obj: { document?: unknown } }) => obj.document)
  @IsDefined()
  document!: unknown;
}

/** @throws DOCUMENT_INVALID when it is neither text nor object */
function documentOf(dto: SchemeDto): unknown {
  const { document } = dto;
  if (typeof document === 'string' || (typeof document === 'object' && document !== null && !Array.isArray(document)))
    return document;
  throw new DomainError('DOCUMENT_INVALID', 422, 'document 应为文本或对象', [
    {
      path: 'document',
      rule: 'DOCUMENT_INVALID',
      found: (JSON.stringify(document) ?? '（缺）').slice(0, 200),
      expected: '文本或对象',
      message: '方案文档应为文本或对象',
    },
  ]);
}

@ApiTags('schemes')
@Controller('schemes')
export class SchemesController {
  constructor(private readonly schemes: Schemes) {}

  @Get()
  @Can('scheme', 'read')
  list(@Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.schemes.list(actor, query);
  }

  @Post()
  @Can('scheme', 'create')
  create(@Body() dto: SchemeDto, @CurrentActor() actor: Actor) {
    return this.schemes.create(actor, documentOf(dto));
  }

  @Post('check')
  @HttpCode(200)
  @Can('scheme', 'check')
  check(@Body() dto: SchemeDto) {
    return this.schemes.check(documentOf(dto));
  }

  @Get(':code/versions')
  @Can('scheme', 'read')
  versions(@Param('code') code: string, @Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.schemes.versions(actor, code, query);
  }

  @Post(':code/versions/:version/review')
  @HttpCode(200)
  @Can('scheme', 'review')
  review(@Param('code') code: string, @Param('version', ParseIntPipe) version: number, @CurrentActor() actor: Actor) {
    return this.schemes.review(actor, code, version);
  }
}
