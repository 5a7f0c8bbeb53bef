import { Controller, Get, Query } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { ListDto } from '../platform/list.dto.js';
import { Obligations } from './obligations.service.js';

class ObligationListDto extends ListDto {
  @ApiProperty({ required: false, example: '2026Q3' })
  @IsOptional()
  @IsString()
  @Length(1, 6)
  period?: string;
}

@ApiTags('obligations')
@Controller()
export class ObligationsController {
  constructor(private readonly obligations: Obligations) {}

  @Get('obligations')
  @Can('obligation', 'read')
  list(@Query() filter: ObligationListDto, @CurrentActor() actor: Actor) {
    return this.obligations.list(actor, filter);
  }

  @Get('periods')
  @Can('catalogue', 'read')
  periods(@Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.obligations.periods(actor, query);
  }
}
