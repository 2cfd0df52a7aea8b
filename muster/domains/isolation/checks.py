"""What must hold of stays; run by `muster check`. Each query names the rows for which it does not."""

CHECKS = {
    "nobody is in two rooms at once": """
        SELECT 'person ' || p.canonical_id || ': stays ' || a.id || ' and ' || b.id
        FROM isolation_stay a JOIN people_person p ON p.id = a.person_id
        JOIN people_person q ON q.canonical_id = p.canonical_id
        JOIN isolation_stay b ON b.person_id = q.id AND b.id > a.id
        WHERE tstzrange(a.began_at, a.ended_at) && tstzrange(b.began_at, b.ended_at)
    """,
    "no room holds two people, but for carers": """
        SELECT 'room ' || a.room_id || ': stays ' || a.id || ' and ' || b.id
        FROM isolation_stay a JOIN isolation_stay b ON b.room_id = a.room_id AND b.id > a.id
        WHERE a.accompanies_id IS NULL AND b.accompanies_id IS NULL
          AND tstzrange(a.began_at, a.ended_at) && tstzrange(b.began_at, b.ended_at)
    """,
    "an open stay hangs on an open control": """
        SELECT 'stay ' || s.id FROM isolation_stay s JOIN controls_control c ON c.id = s.control_id
        WHERE s.ended_at IS NULL AND c.ended_at IS NOT NULL
    """,
    "rooms are as the stays in them say": """
        SELECT 'room ' || r.id || ': ' || r.state FROM isolation_room r
        WHERE (r.state = 'occupied')
           <> EXISTS (SELECT FROM isolation_stay s WHERE s.room_id = r.id AND s.ended_at IS NULL)
    """,
    "rooms are reserved for somebody on the way": """
        SELECT 'room ' || r.id FROM isolation_room r
        WHERE (r.state = 'reserved')
           <> EXISTS (SELECT FROM isolation_transfer t WHERE t.room_id = r.id AND t.closed_at IS NULL)
    """,
}
