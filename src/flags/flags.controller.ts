import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiConsumes, ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsIn, IsISO8601, IsOptional, IsString, Length } from 'class-validator';
import type { FastifyReply } from 'fastify';
import { Can, CurrentActor, type SignedIn } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { download, XLSX } from '../platform/download.service.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { uploadOf } from '../platform/upload.service.js';
import { FlagQuery } from './flag.query.js';
import { FLAG_STATES, type FlagState } from './flag-states.js';
import { Flags } from './flags.service.js';

class FlagListDto extends ListDto {
  @ApiProperty({ required: false, example: 'environmental_penalty' })
  @IsOptional()
  @IsString()
  @Length(1, 40)
  kind?: string;

  @ApiProperty({ required: false, enum: FLAG_STATES })
  @IsOptional()
  @IsIn(FLAG_STATES)
  state?: FlagState;

  @ApiProperty({ required: false, example: 'ecology' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  department?: string;

  @ApiProperty({ required: false, description: '机构名称、代码或文号的一部分' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  q?: string;
}

class FlagDto {
  @ApiProperty({ description: '统一社会信用代码' })
  @IsString()
  @Length(1, 64)
  institution!: string;

  @ApiProperty({ example: 'environmental_penalty' })
  @IsString()
  @Length(1, 40)
  kind!: string;

  @ApiProperty({ example: '2026-07-01' })
  @IsISO8601({ strict: true })
  @Length(10, 10)
  from!: string;

  @ApiProperty({ required: false, description: '最后一天；缺省为仍有效', example: '2026-12-31' })
  @IsOptional()
  @IsISO8601({ strict: true })
  @Length(10, 10)
  to?: string;

  @ApiProperty({ example: '示环罚〔2026〕17号' })
  @IsString()
  @Length(2, 128)
  document!: string;

  @ApiProperty({ required: false })
  @IsOptional()
  @IsString()
  @Length(0, 500)
  note?: string;

  @ApiProperty({ required: false, description: '提出部门；部门人员不写' })
  @IsOptional()
  @IsString()
  @Length(1, 64)
  department?: string;
}

class WithdrawDto {
  @ApiProperty({ example: '处罚决定已撤销' })
  @IsString()
  @Length(4, 500)
  reason!: string;
}

@ApiTags('flags')
@Controller('flags')
export class FlagsController {
  constructor(
    private readonly flags: Flags,
    private readonly query: FlagQuery,
  ) {}

  @Get()
  @Can('flag', 'read')
  list(@Query() filter: FlagListDto, @CurrentActor() actor: Actor) {
    return this.query.list(actor, filter);
  }

  @Post()
  @Can('flag', 'enter')
  enter(@Body() dto: FlagDto, @CurrentActor() actor: Actor) {
    return this.flags.enter(actor, dto);
  }

  /** What may be entered, by whom, and which schemes read it. */
  @Get('kinds')
  @Can('flag', 'read')
  kinds(@CurrentActor() actor: Actor) {
    return this.query.kindList(actor);
  }

  @Get('export.xlsx')
  @Can('flag', 'export')
  async export(
    @Query() filter: FlagListDto,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    return download(reply, '处罚与事项.xlsx', XLSX, await this.query.workbook(actor, filter));
  }

  @Get(':id')
  @Can('flag', 'read')
  one(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.query.one(actor, id);
  }

  /** Always as a download: what somebody uploaded is not shown inside our pages. */
  @Get(':id/evidence')
  @Can('flag', 'read')
  async evidence(
    @Param('id', IdPipe) id: string,
    @CurrentActor() actor: Actor,
    @Res({ passthrough: true }) reply: FastifyReply,
  ) {
    const { fileName, mediaType, content } = await this.query.evidence(actor, id);
    return download(reply, fileName, mediaType, content);
  }

  @Post(':id/evidence')
  @ApiConsumes('multipart/form-data')
  @Can('flag', 'enter')
  async attach(@Param('id', IdPipe) id: string, @Req() request: SignedIn, @CurrentActor() actor: Actor) {
    return this.flags.attach(actor, id, await uploadOf(request));
  }

  @Post(':id/confirm')
  @HttpCode(200)
  @Can('flag', 'confirm')
  confirm(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.flags.confirm(actor, id);
  }

  @Post(':id/withdraw')
  @HttpCode(200)
  @Can('flag', 'withdraw')
  withdraw(@Param('id', IdPipe) id: string, @Body() dto: WithdrawDto, @CurrentActor() actor: Actor) {
    return this.flags.withdraw(actor, id, dto.reason);
  }
}
