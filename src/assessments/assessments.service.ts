import { Injectable } from '@nestjs/common';
import type { Act } from '../audit/acts.service.js';

/** A score given by a person for one item, in the item's own scale. */
export interface GivenScore {
  readonly scheme: string;
  /** `2025` or `2025Q4`. */
  readonly period: string;
  readonly institutionId: string;
  readonly node: string;
  /** Department, or `department/person`. */
  readonly assessor: string;
  /** Plain decimal. */
  readonly score: string;
}

/** 定性评分. Pages and panels come later; evaluations pin what stands here. */
@Injectable()
export class Assessments {
  /** Records scores, replacing an assessor's earlier one for the same item. Part of the caller's act. */
  async record(act: Act, scores: readonly GivenScore[]): Promise<void> {
    await act.tx.run(
      `insert into assessment (scheme, period, institution_id, node, assessor, score, recorded_by, recorded_at)
       select *, $7, $8 from unnest($1::text[], $2::text[], $3::uuid[], $4::text[], $5::text[], $6::numeric[])
       on conflict (scheme, period, institution_id, node, assessor)
         do update set score = excluded.score, recorded_by = excluded.recorded_by, recorded_at = excluded.recorded_at`,
      [
        scores.map((score) => score.scheme),
        scores.map((score) => score.period),
        scores.map((score) => score.institutionId),
        scores.map((score) => score.node),
        scores.map((score) => score.assessor),
        scores.map((score) => score.score),
        act.actor.id,
        act.now,
      ],
    );
  }
}
