"""Rows for every registered ledger, in the district of the other lists, in counts that follow the people.

For a million people: 50,000 under home observation, 10,000 transfers, half a million results and 300 doubts of them,
300 rounds, 50,000 boxes, 200,000 arrivals, 20,000 venues with 400,000 routines and 100,000 guests, 5,000 gatherings,
300 response levels, 10,000 objections, 200,000 reports, 300 incidents, 10,000 files asked for, half a million looks,
400 teams, 1,000 calls for them and 2,000 missions, 200 enterprises
with 5,000 imports, 20,000 lots and 2,500 breaches, 1,600 batches of antigen kits, 2,000 wants and 20,000 tests.
"""

from __future__ import annotations

from benchmarks import district, lists

NAMES = """
CREATE TEMP TABLE sur AS SELECT n, c, p FROM unnest(
    '{王,李,张,刘,陈,杨,赵,黄,周,吴,徐,孙,胡,朱,高,林,何,郭,马,罗}'::text[],
    '{wang,li,zhang,liu,chen,yang,zhao,huang,zhou,wu,xu,sun,hu,zhu,gao,lin,he,guo,ma,luo}'::text[]
) WITH ORDINALITY AS s(c, p, n);
CREATE TEMP TABLE given AS SELECT n, c, p FROM unnest(
    '{伟,芳,娜,敏,静,丽,强,磊,军,洋,勇,艳,杰,娟,涛,明,超,霞,平,刚,英,华,玉,兰,红,建,国,文,志,海}'::text[],
    ('{wei,fang,na,min,jing,li,qiang,lei,jun,yang,yong,yan,jie,juan,tao,ming,chao,xia,ping,gang,ying,hua,yu,lan,'
        || 'hong,jian,guo,wen,zhi,hai}')::text[]
) WITH ORDINALITY AS g(c, p, n);
INSERT INTO people_persondetails (person_id, name, name_key, initials, address, note)
    SELECT p.id, s.c || a.c || b.c, s.p || a.p || b.p, left(s.p, 1) || left(a.p, 1) || left(b.p, 1), '', ''
    FROM people_person p JOIN sur s ON s.n = 1 + floor(sqrt(p.key %% 400))::int
    JOIN given a ON a.n = 1 + (p.key / 7) %% 30 JOIN given b ON b.n = 1 + (p.key / 211) %% 30;
"""
# A twentieth of the people under home observation, a hundredth on the way to one of a hundred sites.
STAYS = """
CREATE TEMP TABLE held AS SELECT id AS person, home AS area, uuidv7() AS control, key,
    %(now)s::timestamptz - random() * interval '10 d' AS at FROM people_person WHERE key %% 20 = 0;
INSERT INTO controls_control (id, person_id, disease, plan, measure, began_at, ends_on, area, began_fact_id, ended_how)
    SELECT control, person, 'covid19', 'covid19-cn-8', 'home', at, (at + interval '14 d')::date, area, %(fact)s, ''
    FROM held;
INSERT INTO isolation_stay (id, person_id, control_id, plan, kind, area, began_at, began_fact_id, home_days, ended_how)
    SELECT uuidv7(), person, control, 'covid19-cn-8', 'home', area, at, %(fact)s, 0, '' FROM held;
CREATE TEMP TABLE house AS SELECT n, uuidv7() AS place, uuidv7() AS id, slot.area FROM generate_series(1, 100) n
    CROSS JOIN LATERAL (SELECT home AS area FROM people_person WHERE key = n * 7) slot;
INSERT INTO people_place (id, name, kind, area, layout) SELECT place, 'H' || n, 'lodging', area, '' FROM house;
INSERT INTO isolation_site (id, place_id, kind, area, name, opened_at)
    SELECT id, place, 'site', area, 'H' || n, %(now)s FROM house;
INSERT INTO isolation_transfer (id, person_id, control_id, plan, area, from_area, site_id, place_id, wanted, state,
        requested_at, requested_fact_id, due_at, code_side, code_tries, closed_at)
    SELECT uuidv7(), h.person, h.control, 'covid19-cn-8', h.area, h.area, s.id, s.place, 'site',
           CASE WHEN h.key %% 500 = 0 THEN 'requested' ELSE 'arrived' END, h.at, %(fact)s, h.at + interval '8 h', '', 0,
           CASE WHEN h.key %% 500 <> 0 THEN h.at + interval '5 h' END
    FROM held h JOIN house s ON s.n = 1 + h.key %% 100 WHERE h.key %% 100 = 0;
"""
# A result for every second person, an arrival for every fifth, a look at every second.
PEOPLE = """
CREATE TEMP TABLE swab AS SELECT id AS person, home AS area, uuidv7() AS id, uuidv7() AS fact, key,
    %(now)s::timestamptz - random() * interval '20 d' AS at,
    CASE WHEN key %% 1000 = 0 THEN 'positive' ELSE 'negative' END AS result FROM people_person WHERE key %% 2 = 0;
INSERT INTO facts_fact (id, kind, subject, area, happened_at, recorded_at, data)
    SELECT fact, 'screening.result_' || result, id, area, at, at, '{}' FROM swab;
INSERT INTO screening_result (id, ref, person_id, disease, sampled_at, received_at, result, area, fact_id, history)
    SELECT id, 'R' || key, person, 'covid19', at, at + interval '6 h', result, area, fact, false FROM swab;
INSERT INTO screening_correction (id, doubt, result_id, person_id, area, ref, named, found, plan, reason, remark,
        sent_at, fact, outcome, settled_at)
    SELECT uuidv7(), id, id, person, area, 'K' || key, 'R' || key, 'negative', '', '', '', at, %(fact)s,
           CASE WHEN key < 50 THEN 'waiting' ELSE 'refused' END, CASE WHEN key >= 50 THEN at END
    FROM swab WHERE key <= 600;
INSERT INTO arrivals_arrival (id, ref, person_id, area, state, channel, declared_by, cohort, origin, origin_code,
        origin_key, left_on, arrives_on, transport, declared_at, category, unsure, plan, measure, onward_to, fact)
    SELECT uuidv7(), 'A' || key, id, home, CASE WHEN key %% 50 = 0 THEN 'here' ELSE 'closed' END, 'page', 'self',
           CASE WHEN key %% 500 = 0 THEN 'student' ELSE '' END, 'X', '', '', on_, on_, '', %(now)s,
           CASE WHEN key %% 1000 = 0 THEN 'high' ELSE 'elsewhere' END, key %% 250 = 0, '', '', '', %(fact)s
    FROM (SELECT *, (%(now)s::timestamptz - random() * interval '60 d')::date AS on_ FROM people_person) p
    WHERE key %% 5 = 0;
INSERT INTO posts_accesslog (id, at, event, subject, field, purpose, area)
    SELECT uuidv7(), %(now)s::timestamptz - random() * interval '90 d',
           CASE WHEN key %% 1000 = 0 THEN 'refused' ELSE 'opened_file' END, id, '', 'work', home
    FROM people_person WHERE key %% 2 = 0;
"""
# A venue for every fiftieth; what it owes on ten days, twice; five guests for each, most of them gone, all in the few
# that let rooms; a gathering for every two hundredth person, an objection for every hundredth.
VENUES = """
CREATE TEMP TABLE shop AS SELECT uuidv7() AS place, uuidv7() AS id, id AS person, home AS area, key,
    CASE WHEN key %% 5000 = 0 THEN 'day_rental' WHEN key %% 1000 = 0 THEN 'hotel' WHEN key %% 750 = 0 THEN 'school'
         WHEN key %% 200 = 0 THEN 'market' WHEN key %% 100 = 0 THEN 'shop' ELSE 'restaurant' END AS kind
    FROM people_person WHERE key %% 50 = 0;
INSERT INTO people_place (id, name, kind, area, layout) SELECT place, 'S' || key, 'other', area, '' FROM shop;
INSERT INTO premises_venue (id, place_id, area, kind, name, responsible_id, screen, code_number, desk_number, opened_at)
    SELECT id, place, area, kind, 'S' || key, person, false, 1, 1, %(now)s FROM shop;
INSERT INTO premises_routine (id, venue_id, area, code, doer, period_on, due_at, outcome, recorded_at, note, chased_at,
        verdict, wanting, counts, found, tries, hazard, named, unnamed, unnamed_why)
    SELECT uuidv7(), id, area, code, 'venue', due::date, due, outcome, CASE WHEN outcome <> '' THEN due END, '',
           CASE WHEN outcome = '' AND due < %(now)s THEN due END,
           CASE WHEN outcome <> 'done' OR luck > 0.2 THEN '' WHEN luck < 0.01 THEN 'faulty' ELSE 'sound' END, '[]',
           '{}', '', 0, false, '{}', 0, ''
    FROM (SELECT s.id, s.area, c.code, %(now)s::timestamptz - d * interval '1 d' + interval '5 h' AS due,
                 random() AS luck, CASE WHEN d = 0 OR random() < 0.02 THEN ''
                                        WHEN random() < 0.03 THEN 'not_done' ELSE 'done' END AS outcome
          FROM shop s CROSS JOIN generate_series(0, 9) d
          CROSS JOIN (VALUES ('disinfection'), ('temperature')) c(code)) o;
INSERT INTO premises_routine (id, venue_id, area, code, doer, period_on, due_at, outcome, recorded_at, note, verdict,
        wanting, counts, found, tries, hazard, named, unnamed, unnamed_why)
    SELECT uuidv7(), id, area, 'sweep', 'grid', due::date, due, CASE WHEN d = 0 THEN '' ELSE 'done' END,
           CASE WHEN d > 0 THEN due END, '', '', '[]', '{}', CASE WHEN d > 0 THEN 'visited' ELSE '' END, least(d, 1),
           d > 0 AND key %% 11 = 0, '{}', 0, ''
    FROM (SELECT s.*, d, %(now)s::timestamptz - d * interval '7 d' + interval '5 h' AS due
          FROM shop s CROSS JOIN generate_series(0, 99) d WHERE kind = 'day_rental') o;
CREATE TEMP TABLE inn AS SELECT row_number() OVER () - 1 AS n, * FROM shop WHERE kind IN ('hotel', 'day_rental');
INSERT INTO premises_guest (id, venue_id, area, person_id, room, origin, came_at, left_at)
    SELECT uuidv7(), i.id, i.area, p.id, p.key %% 90 + 101, 'X', at,
           CASE WHEN p.key %% 100 <> 0 THEN at + interval '2 d' END
    FROM (SELECT *, %(now)s::timestamptz - interval '2 d' - random() * interval '60 d' AS at FROM people_person
          WHERE key %% 10 = 0) p
    JOIN inn i ON i.n = p.key / 10 %% (SELECT count(*) FROM inn);
INSERT INTO premises_event (id, area, name, kind, place_name, expected, tables, outsiders, starts_at, ends_at, level,
        state, asked_at, faults, organiser_id, unit, was, sector, opinion, opinion_faults, supervised_faults,
        refusal, refusal_note)
    SELECT uuidv7(), home, 'E' || key, (ARRAY['banquet', 'banquet', 'meeting', 'sport', 'show'])[1 + key / 200 %% 5],
           'X', 60, 8, false, at, at + interval '3 h', 'community',
           (ARRAY['asked', 'refused', 'cancelled'])[1 + key / 200 %% 3], at - interval '9 d', '[]', id, '', '',
           '', '', '[]', '[]', CASE WHEN key / 200 %% 3 = 1 THEN 'situation' ELSE '' END, ''
    FROM (SELECT *, %(now)s::timestamptz + interval '10 d' - random() * interval '100 d' AS at FROM people_person
          WHERE key %% 200 = 0) p;
INSERT INTO premises_order (id, area, level, how, number, reason, decided_at, decided_by)
    SELECT uuidv7(), left(home, 12), (ARRAY['1', '2', '3', ''])[1 + key %% 4], 'postponed', 'O' || key, 'X',
           %(now)s::timestamptz - key * interval '3 h', id FROM people_person WHERE key <= 300;
INSERT INTO premises_contest (id, person_id, area, reason, note, made_at, outcome, answered_at)
    SELECT uuidv7(), id, home, 'over', '', at, CASE WHEN key %% 1000 = 0 THEN '' ELSE 'stands' END,
           CASE WHEN key %% 1000 <> 0 THEN at + interval '1 d' END
    FROM (SELECT *, %(now)s::timestamptz - random() * interval '90 d' AS at FROM people_person WHERE key %% 100 = 0) p;
"""
# A report for every fifth person, one in fifty still open; a box for every twentieth, one in fifty not delivered; three
# hundred rounds at a hundred sites; as many incidents of other years, and a file asked for for every hundredth person.
WORK = """
INSERT INTO intake_report (id, number, kind, channel, source, area, caller_id, received_at, fact_id, due_at, taken_at,
        disposed_at, result, closed_at)
    SELECT uuidv7(), 'B' || key, (ARRAY['help', 'help', 'help', 'complaint', 'complaint', 'fever', 'hazard', 'other',
               'arrival', 'contact'])[1 + key / 5 %% 10], CASE WHEN key %% 4 = 0 THEN 'page' ELSE 'phone' END,
           'resident', home, id, at, %(fact)s, at + interval '4 h', CASE WHEN key %% 500 <> 0 THEN at END,
           CASE WHEN key %% 250 <> 0 THEN at END, CASE WHEN key %% 250 <> 0 THEN 'done' ELSE '' END,
           CASE WHEN key %% 250 <> 0 THEN at + interval '1 d' END
    FROM (SELECT *, %(now)s::timestamptz - random() * interval '60 d' AS at FROM people_person WHERE key %% 5 = 0) p;
CREATE TEMP TABLE desk AS SELECT n, uuidv7() AS id, area FROM house;
INSERT INTO screening_samplingsite (id, area, name, lat, lon, desks)
    SELECT id, area, 'T' || n, 34.3, 108.7, 4 FROM desk;
CREATE TEMP TABLE lab AS SELECT n, uuidv7() AS id FROM generate_series(0, 3) n;
INSERT INTO people_organisation (id, name, kind, area) SELECT id, 'L' || n, 'laboratory', %(here)s FROM lab;
INSERT INTO screening_laboratory (organisation_id, name, area, tubes_a_day)
    SELECT id, 'L' || n, %(here)s, 9000 FROM lab;
CREATE TEMP TABLE turn AS SELECT n, uuidv7() AS id, left(area, 12) AS area,
           %(now)s::timestamptz - n * interval '7 h' AS at
    FROM generate_series(0, 299) n JOIN (SELECT n AS house, area FROM house) h ON house = 1 + n %% 100;
INSERT INTO screening_round (id, area, areas, disease, plan, series, ordinal, least_rounds, starts_at, ends_at,
        pool_size, people, unplaced, planned_at, opened_at, closed_at, regimes, stopped_why)
    SELECT id, area, ARRAY[area], 'covid19', 'covid19-cn-8', id, 1, 3, at, at + interval '12 h', 10, 3000, 0, at,
           CASE WHEN n > 5 THEN at END, CASE WHEN n > 20 THEN at + interval '12 h' END, '{}', '' FROM turn;
INSERT INTO screening_box (id, code, round_id, site_id, area, laboratory_id, tubes, packed_at, due_at, carried_at,
        received_at, fact)
    SELECT uuidv7(), 'X' || lpad(p.key::text, 8, '0'), t.id, d.id, d.area, l.id, 40, p.at,
           p.at + interval '4 h', CASE WHEN p.key %% 2000 <> 0 THEN p.at END,
           CASE WHEN p.key %% 1000 <> 0 THEN p.at + interval '2 h' END, %(fact)s
    FROM (SELECT key, %(now)s::timestamptz - random() * interval '80 d' AS at FROM people_person WHERE key %% 20 = 0) p
    JOIN turn t ON t.n = p.key / 20 %% 300 JOIN desk d ON d.n = 1 + p.key / 20 %% 100
    JOIN lab l ON l.n = p.key / 20 %% 4;
INSERT INTO tracing_incident (id, number, disease, plan, root_fact, area, started_at, opened_at, closed_at, history)
    SELECT uuidv7(), 'J' || n, CASE WHEN n %% 10 = 0 THEN 'measles' ELSE 'covid19' END, 'covid19-cn-8', %(fact)s,
           %(here)s, at, at, CASE WHEN n > 8 THEN at + interval '30 d' END, n %% 50 = 49
    FROM (SELECT n, %(now)s::timestamptz - n * interval '6 d' AS at FROM generate_series(1, 300) n) i;
INSERT INTO ledger_export (id, ledger, query, kind, identifiers, purpose, rows, language, post_id, user_id, area, state,
        asked_at, decided_at, decided_by)
    SELECT uuidv7(), 'residents.people', '', 'xlsx', false, 'work', 9000, 'zh-hans', id, id, home,
           CASE WHEN key %% 5000 = 0 THEN 'asked' WHEN key %% 1000 = 0 THEN 'refused' ELSE 'gone' END, at,
           CASE WHEN key %% 5000 <> 0 THEN at END, CASE WHEN key %% 5000 <> 0 THEN uuidv7() END
    FROM (SELECT *, %(now)s::timestamptz - random() * interval '300 d' AS at FROM people_person WHERE key %% 100 = 0) p;
"""


# Four hundred teams in communities, two hundred standby sites, calls with two teams sent to each.
TEAMS = """
CREATE TEMP TABLE crew AS SELECT uuidv7() AS id, left(home, 12) AS area, key - 1 AS n
    FROM people_person WHERE key <= 400;
INSERT INTO teams_team (id, area, name, kind, strength, made_at)
    SELECT id, area, 'V' || n, CASE WHEN n %% 4 = 0 THEN 'disinfection' ELSE 'sampling' END, 8, %(now)s FROM crew;
INSERT INTO teams_standbysite (id, area, name, lat, lon, desks, staff, equipment, state, drill_days, drill_due_on)
    SELECT uuidv7(), area, 'Y' || n, 34.3, 108.7, 4, 8, '{}', 'resting', 30, %(now)s::date + 9 FROM crew WHERE n < 200;
CREATE TEMP TABLE want AS SELECT uuidv7() AS id, home AS area, key AS n,
    %(now)s::timestamptz - key * interval '5 h' AS at FROM people_person WHERE key <= 1000;
INSERT INTO teams_call (id, area, place, kind, wanted, starts_at, ends_at, plan, asked_at, asked_fact_id, filled_at)
    SELECT id, area, 'X', 'sampling', 8, at, at + interval '6 h', '', at, %(fact)s,
           CASE WHEN n > 9 THEN at END FROM want;
INSERT INTO teams_mission (id, call_id, team_id, area, place, home, strength, starts_at, ends_at, state, sent_at, why)
    SELECT uuidv7(), w.id, c.id, w.area, 'X', c.area, 8, at, at + interval '6 h',
           CASE WHEN w.n < 50 THEN 'arrived' ELSE 'released' END, at, ''
    FROM want w JOIN generate_series(0, 1) side ON true JOIN crew c ON c.n = (w.n * 2 + side) %% 400;
INSERT INTO teams_member (id, team_id, area, person_id, skill, leads, reachable, joined_at)
    SELECT uuidv7(), c.id, c.area, p.id, 'swab', false, true, %(now)s
    FROM crew c JOIN generate_series(1, 4) place ON true JOIN people_person p ON p.key = 1000 + c.n * 4 + place;
INSERT INTO teams_service (id, mission_id, member_id, person_id, area, answer, came_at, left_at, minutes, confirmed_at)
    SELECT uuidv7(), m.id, b.id, b.person_id, b.area, 'coming', m.starts_at, m.ends_at,
           CASE WHEN m.state = 'released' THEN 360 END, CASE WHEN m.state = 'released' THEN m.ends_at END
    FROM teams_mission m JOIN teams_member b ON b.team_id = m.team_id;
"""
# Two hundred enterprises at venues; a batch for every two hundredth person, four lots of each, half a breach.
GOODS = """
CREATE TEMP TABLE trader AS SELECT row_number() OVER (ORDER BY key) - 1 AS n, uuidv7() AS id, place, area
    FROM shop LIMIT 200;
INSERT INTO goods_holder (id, place_id, area, name, kind, licence, since)
    SELECT id, place, area, 'W' || n, CASE WHEN n = 0 THEN 'central' ELSE 'shop' END, '', %(now)s FROM trader;
CREATE TEMP TABLE import AS SELECT uuidv7() AS id, p.key / 200 AS n, t.id AS owner, t.place, t.area,
        %(now)s::timestamptz - p.key %% 1000000 * interval '30 s' AS at,
        CASE WHEN p.key %% 10000 = 0 THEN 'held' ELSE 'released' END AS state
    FROM people_person p JOIN trader t ON t.n = p.key / 200 %% (SELECT count(*) FROM trader) WHERE p.key %% 200 = 0;
INSERT INTO goods_batch (id, number, owner_id, first_id, area, owner_place, first_place, plan, product, origin, unit,
        declared, entered, certificate, disinfection, report, declared_at, expected_at, arrived_at, disinfected_at,
        released_at, held_at, state, maker_number, port)
    SELECT id, 'B' || n, owner, owner, area, place, place, '', 'X', 'X', 'box', 90, 90, 'Z' || n, '', '', at, at, at,
           at, at, CASE WHEN state = 'held' THEN at END, state, '', '' FROM import;
INSERT INTO goods_lot (id, batch_id, parent_id, holder_id, place_id, area, received, on_hand, moved, sold, destroyed,
        since)
    SELECT uuidv7(), i.id, CASE WHEN part > 0 THEN i.id END, t.id, t.place, t.area, 30,
           CASE WHEN i.n %% 3 = 0 THEN 10 ELSE 0 END, 0, CASE WHEN i.n %% 3 = 0 THEN 20 ELSE 30 END, 0, i.at
    FROM import i CROSS JOIN generate_series(0, 3) part
    JOIN trader t ON t.n = (i.n + part * 7) %% (SELECT count(*) FROM trader);
INSERT INTO goods_finding (id, holder_id, area, place_id, plan, kind, note, found_at, found_by, due_at, state, answer,
        penalty, penalty_number)
    SELECT uuidv7(), owner, area, place, '', 'no_label', '', at, id, at + interval '3 d',
           CASE WHEN n %% 50 = 0 THEN 'open' ELSE 'closed' END, '', '', '' FROM import WHERE n %% 2 = 0;
"""
# A store in every community with four batches, a want for each of its groups, an antigen test of every fiftieth person.
KITS = """
INSERT INTO antigen_kitbatch (id, area, store, batch, expires_on, received, on_hand, issued, discarded, received_at)
    SELECT uuidv7(), area, 'K' || n, 'A' || n || '-' || part, %(now)s::date + 90 * part - 30, 900,
           CASE WHEN part %% 2 = 0 THEN 500 ELSE 0 END, CASE WHEN part %% 2 = 0 THEN 400 ELSE 900 END, 0, %(now)s
    FROM crew CROSS JOIN generate_series(0, 3) part;
INSERT INTO antigen_kitwant (id, area, "group", wanted, served, asked_at, fact_id)
    SELECT uuidv7(), area, named, 300, CASE WHEN n %% 9 = 0 THEN 0 ELSE 300 END, %(now)s - n * interval '1 h', %(fact)s
    FROM crew CROSS JOIN unnest('{students,staff,front_line,elders,others}'::text[]) named;
INSERT INTO antigen_kitresult (id, person_id, area, result, tested_at, reported_at, fact_id)
    SELECT uuidv7(), id, home, CASE WHEN key %% 1000 = 0 THEN 'positive' ELSE 'negative' END, at, at, %(fact)s
    FROM (SELECT *, %(now)s::timestamptz - random() * interval '9 d' AS at FROM people_person WHERE key %% 50 = 0) p;
"""


def make(people: int) -> None:
    """Fill the database: what `lists.make` makes, names, and the rows of every ledger."""
    from muster.kernel import clock, ids

    lists.make(people)
    with district.owner() as connection:
        district.run(connection, NAMES)
        for script in (STAYS, PEOPLE, VENUES, WORK, TEAMS, GOODS, KITS):
            district.run(connection, script, now=clock.now(), fact=ids.uuid7(), here=district.HERE)
    district.settle()
