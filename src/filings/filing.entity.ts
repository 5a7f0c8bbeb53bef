import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FilingState } from './filing-states.js';

/** 填报: what answers an obligation. Its cells are a draft; what was signed stands in its revisions. */
@Entity()
export class Filing {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') obligationId!: string;
  /** Key of the row filter. */
  @Column('uuid') institutionId!: string;
  @Column('text') form!: string;
  @Column('int') formVersion!: number;
  @Column('char', { length: 6 }) period!: string;
  @Column('text') state!: FilingState;
  /** Rises with every change: the `ETag`. */
  @Column('int') version!: number;
  @Column('text', { nullable: true }) filledBy!: string | null;
  @Column('text', { nullable: true }) claimedBy!: string | null;
  /** The latest revision that was submitted. */
  @Column('uuid', { nullable: true }) revisionId!: string | null;
  /** The accepted revision; it stays in force until another replaces it. */
  @Column('uuid', { nullable: true }) inForceId!: string | null;
  @Column('timestamptz') changedAt!: Date;
}
