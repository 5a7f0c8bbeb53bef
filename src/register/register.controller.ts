import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Can, CurrentActor, type SignedIn } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { download, XLSX } from '../platform/download.service.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { uploadOf } from '../platform/upload.service.js';
import { DomainError } from '../problems/problems.js';
import { Register } from './register.service.js';

/** A register of a district is short. */
const LARGEST_WORKBOOK = 4 * 1024 * 1024;

class TemplateDto {
  @ApiProperty({ required: false, description: 'yes：带上现有名册' })
  @IsOptional()
  @IsIn(['yes'])
  filled?: 'yes';
}

class LinesDto extends ListDto {
  @ApiProperty({ required: false, enum: ['added', 'changed', 'unchanged'] })
  @IsOptional()
  @IsIn(['added', 'changed', 'unchanged'])
  kind?: string;
}

class CommitDto {
  @ApiProperty({ required: false, description: '有问题的行跳过，其余导入' })
  @IsOptional()
  @IsBoolean()
  skip?: boolean;
}

@ApiTags('institutions')
@Controller('register')
export class RegisterController {
  constructor(private readonly register: Register) {}

  @Get('workbook.xlsx')
  @Can('institution', 'register')
  async workbook(
    @Query() { filled }: TemplateDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const name = filled ? '机构名册.xlsx' : '机构名册_模板.xlsx';
    return download(reply, name, XLSX, await this.register.workbook(actor, filled === 'yes'));
  }

  @Post()
  @ApiConsumes('multipart/form-data')
  @Can('institution', 'register')
  async preview(@Req() request: SignedIn, @CurrentActor() actor: Actor) {
    const { name, bytes } = await uploadOf(request);
    if (bytes.length > LARGEST_WORKBOOK) throw new DomainError('IMPORT_SIZE', 422, '机构名册不应超过 4 MB');
    return this.register.preview(actor, { name, bytes });
  }

  @Get(':id')
  @Can('institution', 'register')
  one(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.register.one(actor, id);
  }

  @Get(':id/lines')
  @Can('institution', 'register')
  lines(@Param('id', IdPipe) id: string, @Query() query: LinesDto, @CurrentActor() actor: Actor) {
    return this.register.lines(actor, id, query);
  }

  @Get(':id/problems')
  @Can('institution', 'register')
  problems(@Param('id', IdPipe) id: string, @Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.register.problems(actor, id, query);
  }

  @Post(':id/commit')
  @HttpCode(200)
  @Can('institution', 'register')
  commit(@Param('id', IdPipe) id: string, @Body() dto: CommitDto, @CurrentActor() actor: Actor) {
    return this.register.commit(actor, id, dto.skip ?? false);
  }
}
