import { Controller, Get, Query } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
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
