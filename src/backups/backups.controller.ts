import { Controller, Get, HttpCode, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { Can, CurrentActor } from '../identity/access.guard.js';
import type { Actor } from '../lifecycle/lifecycle.js';
import { ListDto } from '../platform/list.dto.js';
import { BackupRuns } from './backup-runs.service.js';
import { Backups } from './backups.service.js';

@ApiTags('backups')
@Controller('backups')
export class BackupsController {
  constructor(
    private readonly backups: Backups,
    private readonly runs: BackupRuns,
  ) {}

  @Get()
  @Can('backup', 'read')
  list(@Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.runs.list(actor, query);
  }

  @Get('last')
  @Can('backup', 'read')
  last(@CurrentActor() actor: Actor) {
    return this.runs.last(actor);
  }

  @Post()
  @HttpCode(202)
  @Can('backup', 'run')
  start(@CurrentActor() actor: Actor) {
    return this.backups.start(actor);
  }
}
