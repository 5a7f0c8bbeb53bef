import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiProperty, ApiTags } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray, IsISO8601, IsString, Length } from 'class-validator';
import type { Actor } from '../lifecycle/lifecycle.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { Can, CurrentActor } from './access.guard.js';
import { rightTitle, scopesOf } from './rights.js';
import { Tokens } from './tokens.service.js';

class NewTokenDto {
  @ApiProperty({ example: '核心系统报送' })
  @IsString()
  @Length(1, 64)
  name!: string;

  @ApiProperty({ example: ['filing:read'], type: [String] })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(100)
  @IsString({ each: true })
  @Length(1, 64, { each: true })
  scopes!: string[];

  @ApiProperty({ example: '2027-06-30T00:00:00+08:00' })
  @IsISO8601({ strict: true })
  expiresAt!: string;
}

@ApiTags('tokens')
@Controller('tokens')
export class TokensController {
  constructor(private readonly tokens: Tokens) {}

  @Get()
  @Can('token', 'read')
  list(@Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.tokens.list(actor, query);
  }

  /** What the actor may put into a token. */
  @Get('scopes')
  @Can('token', 'create')
  scopes(@CurrentActor() actor: Actor) {
    return { items: scopesOf(actor.roles).map((scope) => ({ scope, title: rightTitle(scope) })), next: null };
  }

  @Post()
  @Can('token', 'create')
  create(@Body() dto: NewTokenDto, @CurrentActor() actor: Actor) {
    return this.tokens.create(actor, dto);
  }

  @Post(':id/revoke')
  @HttpCode(200)
  @Can('token', 'revoke')
  async revoke(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    await this.tokens.revoke(actor, id);
    return {};
  }
}
