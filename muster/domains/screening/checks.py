"""What must hold of results; run by `muster check`. Each query names the rows for which it does not."""

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
}
