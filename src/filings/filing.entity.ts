import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { FilingState } from './filing-states.js';
import type { RiskPart } from './risk.js';

/** 填报: what answers an obligation. Its cells are a draft; what was signed stands in its revisions. */
@Entity()
export class Filing {
  @PrimaryColumn('uuid') id!: string;
  @Column('uuid') obligationId!: string;
  /** Key of the row filter; null: a department files it. */
  @Column('uuid', { nullable: true }) institutionId!: string | null;
  @Column('text', { nullable: true }) department!: string | null;
  @Column('text') form!: string;
  @Column('int') formVersion!: number;
  @Column('char', { length: 6 }) period!: string;
  @Column('text') state!: FilingState;
  /** Rises with every change: the `ETag`. */
  @Column('int') version!: number;
  @Column('text', { nullable: true }) filledBy!: string | null;
  @Column('text', { nullable: true }) claimedBy!: string | null;
  @Column('timestamptz', { nullable: true }) claimedAt!: Date | null;
  /** 0–100, as computed when it was submitted or claimed; null before. */
  @Column('int', { nullable: true }) risk!: number | null;
  @Column('jsonb', { nullable: true }) riskParts!: readonly RiskPart[] | null;
  /** 待确认: a reviewer accepted it, a second person has not yet. */
  @Column('text', { nullable: true }) firstAcceptedBy!: string | null;
  @Column('timestamptz', { nullable: true }) firstAcceptedAt!: Date | null;
  /** Why a second person is asked, in Chinese. */
  @Column('jsonb', { nullable: true }) secondWhy!: readonly string[] | null;
  /** The revision in force was pinned by an evaluation when the amendment began. */
  @Column('boolean') amendedAfterCutOff!: boolean;
  /** The latest revision that was submitted. */
  @Column('uuid', { nullable: true }) revisionId!: string | null;
  /** The accepted revision; it stays in force until another replaces it. */
  @Column('uuid', { nullable: true }) inForceId!: string | null;
  @Column('timestamptz') changedAt!: Date;
}
