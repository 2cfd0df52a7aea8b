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
    "a held correction is about a result in force, and somebody owes deciding about it": """
        SELECT 'correction ' || c.id FROM screening_correction c JOIN screening_result r ON r.id = c.result_id
        WHERE c.outcome = 'waiting' AND (r.superseded_at IS NOT NULL OR NOT EXISTS (
            SELECT FROM duties_duty d WHERE d.subject = c.doubt AND d.closed_at IS NULL))
    """,
    "a confirmed correction became the result that it says": """
        SELECT 'correction ' || c.id FROM screening_correction c JOIN screening_result b ON b.id = c.became_id
        WHERE (b.corrects_id, b.result, b.ref) IS DISTINCT FROM (c.result_id, c.found, c.ref)
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
        JOIN people_person p ON p.id = r.person_id JOIN screening_tube t ON t.id = r.tube_id
        WHERE r.voided_at IS NULL AND t.voided_at IS NULL AND t.result <> 'invalid' AND p.created_at <= o.opened_at
          AND EXISTS (SELECT FROM unnest(o.areas) a WHERE p.home LIKE a || '%')
          AND (o.regimes = '{}' OR EXISTS (
              SELECT FROM screening_expected e WHERE e.round_id = o.id AND e.person_id = p.id))
        GROUP BY r.round_id, r.person_id HAVING count(*) FILTER (WHERE r.counts) <> 1
    """,
    "collected = resulted + pending + voided, in every round": """
        SELECT 'round ' || coalesce(r.round_id, t.round_id) FROM (
            SELECT round_id, count(*) AS collected, count(*) FILTER (WHERE voided_at IS NOT NULL) AS taken_back
            FROM screening_registration GROUP BY round_id
        ) r FULL JOIN (
            SELECT round_id, sum(members) FILTER (WHERE result <> '') AS resulted,
                   sum(members) FILTER (WHERE result = '' AND voided_at IS NULL) AS pending,
                   sum(members) FILTER (WHERE voided_at IS NOT NULL) AS voided
            FROM screening_tube GROUP BY round_id
        ) t ON t.round_id = r.round_id
        WHERE coalesce(collected, 0) <> coalesce(resulted, 0) + coalesce(pending, 0) + coalesce(voided, 0)
            + coalesce(taken_back, 0)
    """,
    "a box holds the tubes that it says": """
        SELECT 'box ' || b.id FROM screening_box b LEFT JOIN screening_tube t ON t.box_id = b.id AND t.voided_at IS NULL
        GROUP BY b.id HAVING b.tubes <> count(t.id)
    """,
    "what a laboratory received was signed by two hands at each step": """
        SELECT 'box ' || b.id FROM screening_box b JOIN screening_handover h ON h.box_id = b.id
        WHERE (b.received_at IS NOT NULL OR (b.carried_at IS NOT NULL AND h.step = 'pickup'))
          AND (h.giver_by IS NULL OR h.taker_by IS NULL OR h.giver_by = h.taker_by OR h.giver_user = h.taker_user
               OR h.giver_count <> h.taker_count)
    """,
    "a tube was tested where its box was received": """
        SELECT 'tube ' || t.id FROM screening_tube t LEFT JOIN screening_box b ON b.id = t.box_id
        WHERE t.received_at IS NOT NULL AND (b.received_at IS NULL OR b.laboratory_id <> t.laboratory_id)
    """,
    "what a laboratory's batch holds back waits in it, and nowhere else": """
        SELECT 'batch ' || b.id FROM screening_batch b
        WHERE b.settled_at IS NOT NULL AND EXISTS (SELECT FROM screening_tube t WHERE t.claimed_in = b.id)
        UNION ALL
        SELECT 'tube ' || t.id FROM screening_tube t LEFT JOIN screening_batch b ON b.id = t.claimed_in
        WHERE (t.claimed <> '') <> (t.claimed_in IS NOT NULL) OR (t.claimed <> '' AND b.id IS NULL)
    """,
    "every result of a tube has its fact": """
        SELECT 'tube ' || t.id FROM screening_tube t LEFT JOIN facts_fact f ON f.id = t.fact AND f.subject = t.id
        WHERE t.result <> '' AND f.id IS NULL
    """,
    "counters of people with a reason equal the reasons": """
        SELECT 'round ' || coalesce(c.round_id, r.round_id) || ' at ' || coalesce(c.area, r.area)
        FROM screening_roundcount c FULL JOIN (
            SELECT round_id, area, count(*) AS many FROM screening_reason
            WHERE lapsed_at IS NULL GROUP BY round_id, area
        ) r ON r.round_id = c.round_id AND r.area = c.area
        WHERE coalesce(c.excused, 0) <> coalesce(r.many, 0)
    """,
    "whoever is held in a pool has a duty or a result": """
        SELECT 'resample ' || r.id FROM screening_resample r
        WHERE r.sampled_at IS NULL AND r.settled_at IS NULL AND NOT EXISTS (
            SELECT FROM duties_duty d WHERE d.subject = r.id AND d.closed_at IS NULL)
    """,
    "counters of sites equal their tubes": """
        SELECT 'site ' || coalesce(c.site_id, t.site_id) || ' of round ' || coalesce(c.round_id, t.round_id) FROM (
            SELECT round_id, site_id, sum(pending) AS pending, sum(resulted) AS resulted, sum(voided) AS voided,
                   sum(tubes) AS tubes, sum(positive) AS positive, sum(suspect) AS suspect
            FROM screening_sitecount GROUP BY 1, 2
        ) c FULL JOIN (
            SELECT round_id, site_id, count(*) FILTER (WHERE members > 0) AS tubes,
                   coalesce(sum(members) FILTER (WHERE result = '' AND voided_at IS NULL), 0) AS pending,
                   coalesce(sum(members) FILTER (WHERE result <> ''), 0) AS resulted,
                   coalesce(sum(members) FILTER (WHERE voided_at IS NOT NULL), 0) AS voided,
                   count(*) FILTER (WHERE result = 'positive') AS positive,
                   count(*) FILTER (WHERE result = 'pool_suspect') AS suspect
            FROM screening_tube GROUP BY 1, 2
        ) t ON t.round_id = c.round_id AND t.site_id = c.site_id
        WHERE (coalesce(c.tubes, 0), coalesce(c.pending, 0), coalesce(c.resulted, 0), coalesce(c.voided, 0),
               coalesce(c.positive, 0), coalesce(c.suspect, 0))
           <> (coalesce(t.tubes, 0), coalesce(t.pending, 0), coalesce(t.resulted, 0), coalesce(t.voided, 0),
               coalesce(t.positive, 0), coalesce(t.suspect, 0))
    """,
    "counters of regimes equal their members": """
        SELECT 'regime ' || coalesce(c.regime_id, m.regime_id) || ' at ' || coalesce(c.area, m.grid)
        FROM screening_regimecount c FULL JOIN (
            SELECT regime_id, left(area, 15) COLLATE "C" AS grid, day, sum(due) AS due, sum(done) AS done FROM (
                SELECT regime_id, area, due_on AS day, 1 AS due, 0 AS done FROM screening_member
                UNION ALL SELECT regime_id, area, last_on, 0, 1 FROM screening_member
            ) each WHERE day IS NOT NULL GROUP BY 1, 2, 3
        ) m ON m.regime_id = c.regime_id AND m.grid = c.area AND m.day = c.day
        WHERE (coalesce(c.due, 0), coalesce(c.done, 0)) <> (coalesce(m.due, 0), coalesce(m.done, 0))
    """,
}
