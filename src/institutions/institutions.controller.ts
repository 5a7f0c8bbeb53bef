import { Controller, Get, Query } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { ListDto } from '../platform/list.dto.js';
import { Institutions } from './institutions.service.js';

class InstitutionListDto extends ListDto {
  @ApiProperty({ required: false, example: 'bank' })
  @IsOptional()
  @IsString()
  @Length(1, 32)
  type?: string;
}

@ApiTags('institutions')
@Controller('institutions')
export class InstitutionsController {
  constructor(private readonly institutions: Institutions) {}

  @Get()
  @Can('institution', 'read')
  list(@Query() filter: InstitutionListDto, @CurrentActor() actor: Actor) {
    return this.institutions.list(actor, filter);
  }
}
