"""What must hold of results, samples and counters; run by `muster check`. Each query names the rows that break it."""

CHECKS = {
    "a superseded result has its correction, and only it": """
        SELECT 'result ' || r.id FROM screening_result r LEFT JOIN screening_result c ON c.corrects_id = r.id
        WHERE (r.superseded_at IS NULL) <> (c.id IS NULL)
    """,
    "a correction is of the same sample": """
        SELECT 'result ' || c.id FROM screening_result c JOIN screening_result r ON r.id = c.corrects_id
        WHERE (c.disease, c.sampled_at) <> (r.disease, r.sampled_at) OR c.laboratory_id IS DISTINCT FROM r.laboratory_id
    """,
    "every result has its fact": """
        SELECT 'result ' || r.id FROM screening_result r LEFT JOIN facts_fact f ON f.id = r.fact_id
        WHERE f.id IS NULL OR f.subject <> r.id OR f.kind <> 'screening.result_' || r.result
    """,
    "a tube has as many members as there are samples in it": """
        SELECT 'tube ' || t.id FROM screening_tube t
        LEFT JOIN screening_registration r ON r.tube_id = t.id AND r.voided_at IS NULL
        GROUP BY t.id HAVING t.members <> count(r.op)
    """,
    "a sample lies in a tube of its own round, and is one person's": """
        SELECT 'sample ' || r.op FROM screening_registration r
        LEFT JOIN screening_tube t ON t.id = r.tube_id LEFT JOIN people_person p ON p.id = r.person_id
        WHERE t.round_id IS DISTINCT FROM r.round_id OR p.id IS NULL
    """,
    "counters of people sampled equal the samples that count": """
        SELECT 'round ' || coalesce(c.round_id, r.round_id) || ' at ' || coalesce(c.area, r.area)
        FROM screening_roundcount c FULL JOIN (
            SELECT round_id, area, count(*) AS many FROM screening_registration
            WHERE counts AND voided_at IS NULL GROUP BY round_id, area
        ) r ON r.round_id = c.round_id AND r.area = c.area
        WHERE coalesce(c.sampled, 0) <> coalesce(r.many, 0)
    """,
    "of a person's samples in a round, one counts if any": """
        SELECT 'round ' || r.round_id || ', person ' || r.person_id
        FROM screening_registration r JOIN screening_round o ON o.id = r.round_id
        JOIN people_person p ON p.id = r.person_id
        WHERE r.voided_at IS NULL AND p.created_at <= o.opened_at
          AND EXISTS (SELECT FROM unnest(o.areas) a WHERE p.home LIKE a || '%')
        GROUP BY r.round_id, r.person_id HAVING count(*) FILTER (WHERE r.counts) <> 1
    """,
}
