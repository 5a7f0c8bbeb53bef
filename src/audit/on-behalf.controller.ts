import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsObject, IsOptional, IsString, Length, Matches } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Can, CurrentActor, type SignedIn } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { IdPipe, validation } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { uploadOf } from '../platform/upload.service.js';
import { DomainError } from '../problems/problems.js';
import { OnBehalf } from './on-behalf.service.js';

class PaperListDto extends ListDto {
  @ApiProperty({ required: false, enum: ['recorded', 'confirmed', 'refused'] })
  @IsOptional()
  @IsIn(['recorded', 'confirmed', 'refused'])
  state?: string;
}

class PaperDto {
  @IsString()
  @Length(1, 64)
  action!: string;

  @Matches(/^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i, { message: '编号' })
  subject!: string;

  @IsOptional()
  @IsObject()
  body?: Record<string, string>;

  @IsString()
  @Length(1, 64)
  person!: string;

  @IsString()
  @Length(1, 128)
  paperNumber!: string;

  @IsISO8601({ strict: true })
  @Length(10, 10)
  paperDate!: string;
}

class RefuseDto {
  @ApiProperty({ example: '会议纪要中没有此项' })
  @IsString()
  @Length(1, 500)
  reason!: string;
}

@ApiTags('on-behalf')
@Controller('on-behalf')
export class OnBehalfController {
  private readonly validate = validation();

  constructor(private readonly papers: OnBehalf) {}

  @Get()
  @Can('on_behalf', 'read')
  list(@Query() filter: PaperListDto, @CurrentActor() actor: Actor) {
    return this.papers.list(actor, filter);
  }

  /** What may be recorded. */
  @Get('acts')
  @Can('on_behalf', 'read')
  acts() {
    return { items: this.papers.known(), next: null };
  }

  /** A form with the field `record` (JSON) and the scan in `file`. */
  @Post()
  @ApiConsumes('multipart/form-data')
  @Can('on_behalf', 'record')
  async record(@Req() request: SignedIn, @CurrentActor() actor: Actor) {
    const upload = await uploadOf(request);
    const paper = (await this.validate.transform(recordOf(upload.fields.record), {
      type: 'body',
      metatype: PaperDto,
    })) as PaperDto;
    const body = paper.body ?? {};
    if (!Object.values(body).every((text) => typeof text === 'string'))
      throw new DomainError('INVALID', 422, '内容未通过校验');
    return this.papers.record(actor, { ...paper, subject: paper.subject.toLowerCase(), body }, upload);
  }

  @Get(':id')
  @Can('on_behalf', 'read')
  one(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.papers.one(actor, id);
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Can('on_behalf', 'confirm')
  confirm(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.papers.confirm(actor, id);
  }

  @Post(':id/refuse')
  @HttpCode(200)
  @Can('on_behalf', 'refuse')
  refuse(@Param('id', IdPipe) id: string, @Body() dto: RefuseDto, @CurrentActor() actor: Actor) {
    return this.papers.refuse(actor, id, dto.reason);
  }

  /** Always as a download: what somebody uploaded is not shown inside our pages. */
  @Get(':id/scan')
  @Can('on_behalf', 'read')
  async scan(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor, @Res() reply: FastifyReply) {
    const { fileName, mediaType, content } = await this.papers.scan(actor, id);
    return reply
      .type(mediaType)
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(fileName)}`)
      .header('x-content-type-options', 'nosniff')
      .send(content);
  }
}

/** @throws INVALID when the field is missing or no JSON object */
function recordOf(text: string | undefined): object {
  try {
    const parsed: unknown = JSON.parse(text ?? '');
    if (typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed)) return parsed;
  } catch {
    // said below
  }
  throw new DomainError('INVALID', 422, '内容未通过校验', [
    {
      path: 'record',
      rule: 'json',
      found: (text ?? '（缺）').slice(0, 200),
      expected: 'JSON 对象',
      message: '字段“record”应为 JSON 对象',
    },
  ]);
}
