import { Readable } from 'node:stream';
import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiConsumes, ApiProperty, ApiTags } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayNotEmpty,
  IsArray,
  IsBoolean,
  IsOptional,
  IsString,
  IsUUID,
  Length,
  Matches,
} from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Can, CurrentActor, type SignedIn } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { download, XLSX } from '../platform/download.service.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { type Upload, uploadsOf } from '../platform/upload.service.js';
import { DomainError } from '../problems/problems.js';
import { PrefilledWorkbooks } from '../templates/prefilled-workbooks.service.js';
import { IntakeAnswers } from './answers.service.js';
import { IntakeQuery } from './intake.query.js';
import { Intake } from './intake.service.js';
import { StampedPages } from './stamped-pages.service.js';
import { INTAKE_LIMITS } from './workbook-zip.js';

const QUARTER = /^[0-9]{4}Q[1-4]$/;
const ZIP = 'application/zip';

class BatchesDto extends ListDto {
  @ApiProperty({ required: false, example: '2026Q3' })
  @IsOptional()
  @Matches(QUARTER)
  period?: string;
}

class StampedDto extends ListDto {
  @ApiProperty({ example: '2026Q3' })
  @Matches(QUARTER)
  period!: string;
}

class PeriodDto {
  @ApiProperty({ example: '2026Q3' })
  @Matches(QUARTER)
  period!: string;
}

class ReceiveDto {
  @ApiProperty({ description: '要收下的文件', type: [String] })
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(INTAKE_LIMITS.files)
  @IsUUID(undefined, { each: true })
  files!: string[];

  @ApiProperty({ required: false, description: '只有“疑似计量单位错位”的文件仍要收下的理由' })
  @IsOptional()
  @IsString()
  @Length(4, 500)
  despite?: string;
}

class AssignDto {
  @ApiProperty({ required: false, description: '发送人' })
  @IsOptional()
  @IsString()
  @Length(0, 100)
  sender?: string;

  @ApiProperty({ required: false, description: '收到日期', example: '2026-10-14' })
  @IsOptional()
  @IsString()
  @Length(10, 10)
  receivedOn?: string;

  @ApiProperty({ required: false, description: '怎样收到的：微信群、邮件、U盘、纸质' })
  @IsOptional()
  @IsString()
  @Length(0, 200)
  note?: string;

  @ApiProperty({ required: false, description: '认不出机构时选定的统一社会信用代码' })
  @IsOptional()
  @IsString()
  @Length(1, 40)
  institution?: string;

  @ApiProperty({ required: false, description: '同一机构有两份时收这一份' })
  @IsOptional()
  @IsBoolean()
  prefer?: boolean;
}

/** A text of a form, at most so long. @throws INVALID_FIELD */
function text(fields: Upload['fields'], name: string, title: string, most: number): string {
  const value = (fields[name] ?? '').trim();
  if (value.length <= most) return value;
  throw new DomainError('INVALID_FIELD', 422, `${title}不得超过 ${most} 个字`);
}

@ApiTags('intake')
@Controller('intake')
export class IntakeController {
  constructor(
    private readonly intake: Intake,
    private readonly query: IntakeQuery,
    private readonly answers: IntakeAnswers,
    private readonly pages: StampedPages,
    private readonly workbooks: PrefilledWorkbooks,
  ) {}

  /** One prefilled workbook for each institution and form that the quarter waits for, as one zip. */
  @Get('workbooks.zip')
  @Can('intake', 'templates')
  async prefilled(
    @Query() { period }: PeriodDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { files, about, pieces } = await this.workbooks.zip(actor, period);
    reply.header('x-content-type-options', 'nosniff');
    reply.header('x-greenrank-files', `${files}`);
    reply.header('x-greenrank-about-bytes', `${about}`);
    return new StreamableFile(Readable.from(pieces), {
      type: ZIP,
      disposition: `attachment; filename*=UTF-8''${encodeURIComponent(`预填工作簿_${period}.zip`)}`,
    });
  }

  @Get('batches')
  @Can('intake', 'read')
  list(@Query() query: BatchesDto, @CurrentActor() actor: Actor) {
    return this.query.list(actor, query);
  }

  @Post('batches')
  @ApiConsumes('multipart/form-data')
  @Can('intake', 'create')
  async create(
    @Req() request: SignedIn,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { files, fields } = await uploadsOf(request, INTAKE_LIMITS);
    const period = fields.period ?? '';
    if (!QUARTER.test(period)) throw new DomainError('INVALID_FIELD', 422, '请选定报告期，如 2026Q3');
    const wanted = {
      period,
      sender: text(fields, 'sender', '发送人', 100),
      receivedOn: text(fields, 'receivedOn', '收到日期', 10) || null,
      note: text(fields, 'note', '方式', 200),
    };
    const made = await this.intake.create(actor, wanted, files);
    reply.header('location', `/api/v1/intake/batches/${made.id}`);
    return made;
  }

  @Get('batches/:id')
  @Can('intake', 'read')
  one(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.query.one(actor, id);
  }

  @Post('batches/:id/receive')
  @HttpCode(200)
  @Can('intake', 'receive')
  async receive(@Param('id', IdPipe) id: string, @Body() dto: ReceiveDto, @CurrentActor() actor: Actor) {
    return { outcomes: await this.intake.receive(actor, id, dto.files, dto.despite ?? null) };
  }

  @Get('batches/:id/marked.zip')
  @Can('intake', 'read')
  async markedZip(
    @Param('id', IdPipe) id: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return download(reply, '标错工作簿.zip', ZIP, await this.answers.zip(actor, id));
  }

  @Post('batches/:id/files/:file/assign')
  @HttpCode(200)
  @Can('intake', 'create')
  assign(
    @Param('id', IdPipe) id: string,
    @Param('file', IdPipe) file: string,
    @Body() dto: AssignDto,
    @CurrentActor() actor: Actor,
  ) {
    return this.intake.assign(actor, id, file, dto);
  }

  @Get('batches/:id/files/:file/original')
  @Can('intake', 'read')
  async original(
    @Param('id', IdPipe) id: string,
    @Param('file', IdPipe) file: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { name, bytes, sha256 } = await this.query.original(actor, id, file);
    reply.header('etag', `"${sha256}"`);
    return download(reply, name, 'application/octet-stream', bytes);
  }

  @Get('batches/:id/files/:file/marked.xlsx')
  @Can('intake', 'read')
  async marked(
    @Param('id', IdPipe) id: string,
    @Param('file', IdPipe) file: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { name, bytes } = await this.answers.workbook(actor, id, file);
    return download(reply, name, XLSX, bytes);
  }

  @Get('stamped-pages')
  @Can('intake', 'read')
  stampedPages(@Query() query: StampedDto, @CurrentActor() actor: Actor) {
    return this.pages.list(actor, query);
  }

  @Get('stamped-pages.xlsx')
  @Can('intake', 'read')
  async stampedWorkbook(
    @Query() { period }: PeriodDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return download(reply, `盖章页_${period}.xlsx`, XLSX, await this.pages.workbook(actor, period));
  }

  /** Fields code, receivedOn, note; the scan in `file`, if there is one. */
  @Post('stamped-pages/:revision')
  @HttpCode(200)
  @ApiConsumes('multipart/form-data')
  @Can('intake', 'stamp')
  async stamp(@Param('revision', IdPipe) revision: string, @Req() request: SignedIn, @CurrentActor() actor: Actor) {
    const { files, fields } = await uploadsOf(request, { files: 1, bytes: 20 * 1024 * 1024, mayBeNone: true });
    const [scan] = files;
    const given = {
      code: text(fields, 'code', '校验码', 40),
      receivedOn: text(fields, 'receivedOn', '收到日期', 10),
      note: text(fields, 'note', '说明', 200),
    };
    return this.pages.record(actor, revision, given, scan ? { ...scan, mediaType: '', fields } : null);
  }

  @Get('stamped-pages/:revision/scan')
  @Can('intake', 'read')
  async scan(
    @Param('revision', IdPipe) revision: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { fileName, mediaType, content } = await this.pages.scan(actor, revision);
    return download(reply, fileName, mediaType, content);
  }
}
