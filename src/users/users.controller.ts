import { Body, Controller, Get, Header, HttpCode, Param, Post, Query, Req, StreamableFile } from '@nestjs/common';
import { ApiConsumes, ApiTags } from '@nestjs/swagger';
import { Can, CurrentActor, type SignedIn } from '../identity/access.guard.js';
import { ContactDto } from '../identity/auth.dto.js';
import { sheetOf } from '../imports/read-import.js';
import { type Actor, ROLE_TITLES } from '../lifecycle/lifecycle.js';
import { IdPipe } from '../platform/http.service.js';
import { ListDto } from '../platform/list.dto.js';
import { uploadOf } from '../platform/upload.service.js';
import { DomainError } from '../problems/problems.js';
import { AccountRequests } from './account-requests.service.js';
import { readAccounts } from './accounts-sheet.js';
import { accountsTemplate } from './accounts-template.service.js';
import { THREE_PEOPLE, THREE_PEOPLE_NOTES } from './three-people.js';
import { UserQuery } from './user.query.js';
import {
  DisableDto,
  EndGrantDto,
  GrantDto,
  NewUserDto,
  RefuseRequestsDto,
  RequestsDto,
  ThreePeopleDto,
  UserListDto,
} from './users.dto.js';
import { Users } from './users.service.js';

/** A workbook of accounts is short. */
const LARGEST_WORKBOOK = 1024 * 1024;

@ApiTags('users')
@Controller()
export class UsersController {
  constructor(
    private readonly users: Users,
    private readonly query: UserQuery,
    private readonly requests: AccountRequests,
  ) {}

  @Get('users')
  @Can('user', 'read')
  list(@Query() filter: UserListDto, @CurrentActor() actor: Actor) {
    return this.query.list(actor, filter);
  }

  @Post('users')
  @Can('user', 'create')
  create(@Body() dto: NewUserDto, @CurrentActor() actor: Actor) {
    return this.users.create(actor, dto);
  }

  /** Every act, and who is left to do it; as long as the table of rights. */
  @Get('users/coverage')
  @Can('user', 'coverage')
  async coverage(@CurrentActor() actor: Actor) {
    return { items: await this.query.coverage(actor), next: null };
  }

  /** What the form of a new account offers. */
  @Get('users/units')
  @Can('user', 'create')
  units(@CurrentActor() actor: Actor) {
    return this.query.units(actor);
  }

  @Get('users/presets/three')
  @Can('user', 'import')
  three() {
    const people = THREE_PEOPLE.map((roles) => ({ roles: roles.map((role) => ({ role, title: ROLE_TITLES[role] })) }));
    return { people, notes: THREE_PEOPLE_NOTES };
  }

  @Post('users/presets/three')
  @Can('user', 'import')
  createThree(@Body() dto: ThreePeopleDto, @CurrentActor() actor: Actor) {
    return this.users.createThree(actor, dto.people);
  }

  @Post('users/import')
  @ApiConsumes('multipart/form-data')
  @Can('user', 'import')
  async import(@Req() request: SignedIn, @CurrentActor() actor: Actor) {
    const { name, bytes } = await uploadOf(request);
    if (bytes.length > LARGEST_WORKBOOK) throw new DomainError('IMPORT_SIZE', 422, '账号工作簿不应超过 1 MB');
    const { rows, faults } = readAccounts(sheetOf({ name, bytes }));
    if (faults.length > 0)
      throw new DomainError('USERS_NOT_CLEAN', 422, `${faults.length} 处有误，一个账号也没有新建`, faults);
    if (rows.length === 0) throw new DomainError('IMPORT_NO_ROWS', 422, '只有表头，没有账号');
    return this.users.createAll(actor, rows);
  }

  /** What officers ask for with the register. */
  @Get('users/requests')
  @Can('user', 'import')
  asked(@Query() query: ListDto, @CurrentActor() actor: Actor) {
    return this.requests.list(actor, query);
  }

  @Post('users/requests/make')
  @Can('user', 'import')
  make(@Body() dto: RequestsDto, @CurrentActor() actor: Actor) {
    return this.requests.make(actor, dto.ids);
  }

  @Post('users/requests/refuse')
  @HttpCode(204)
  @Can('user', 'import')
  refuse(@Body() dto: RefuseRequestsDto, @CurrentActor() actor: Actor) {
    return this.requests.refuse(actor, dto.ids, dto.reason);
  }

  @Get('exports/users-template.xlsx')
  @Header('content-type', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet')
  @Header('content-disposition', 'attachment; filename="users-template.xlsx"')
  @Can('user', 'import')
  async template() {
    return new StreamableFile(await accountsTemplate());
  }

  @Get('users/:id')
  @Can('user', 'read')
  one(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.query.one(actor, id);
  }

  @Post('users/:id/grants')
  @HttpCode(200)
  @Can('user', 'grant')
  grant(@Param('id', IdPipe) id: string, @Body() dto: GrantDto, @CurrentActor() actor: Actor) {
    return this.users.grant(actor, id, dto);
  }

  @Post('users/:id/grants/end')
  @HttpCode(200)
  @Can('user', 'grant')
  endGrant(@Param('id', IdPipe) id: string, @Body() dto: EndGrantDto, @CurrentActor() actor: Actor) {
    return this.users.endGrant(actor, id, dto.role);
  }

  @Post('users/:id/contact')
  @HttpCode(200)
  @Can('user', 'contact')
  contact(@Param('id', IdPipe) id: string, @Body() dto: ContactDto, @CurrentActor() actor: Actor) {
    return this.users.contact(actor, id, dto);
  }

  @Post('users/:id/disable')
  @HttpCode(200)
  @Can('user', 'disable')
  disable(@Param('id', IdPipe) id: string, @Body() dto: DisableDto, @CurrentActor() actor: Actor) {
    return this.users.disable(actor, id, dto.reason);
  }

  @Post('users/:id/enable')
  @HttpCode(200)
  @Can('user', 'disable')
  enable(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.users.enable(actor, id);
  }

  @Post('users/:id/end-sessions')
  @HttpCode(200)
  @Can('user', 'disable')
  endSessions(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.users.endSessions(actor, id);
  }

  @Post('users/:id/reset')
  @HttpCode(200)
  @Can('user', 'reset')
  reset(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.users.reset(actor, id);
  }

  @Post('users/:id/reset-second-factor')
  @HttpCode(200)
  @Can('user', 'reset')
  resetSecondFactor(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.users.resetSecondFactor(actor, id);
  }

  @Post('users/:id/erase')
  @HttpCode(200)
  @Can('user', 'erase')
  erase(@Param('id', IdPipe) id: string, @CurrentActor() actor: Actor) {
    return this.users.erase(actor, id);
  }
}
