SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.decision (
    id character varying(64) NOT NULL,
    delivery_id integer NOT NULL,
    ticket_id bigint NOT NULL,
    comment_id bigint NOT NULL,
    requester_id bigint,
    assignee_id bigint,
    state character varying(20) NOT NULL,
    outcome character varying(20) NOT NULL,
    guarded boolean NOT NULL,
    decided_at double precision NOT NULL,
    watched_from double precision NOT NULL,
    comment_ids text NOT NULL,
    snapshot text,
    decision text
);
CREATE TABLE public.delivery (
    id integer NOT NULL,
    key character varying(300) NOT NULL,
    source character varying(20) NOT NULL,
    kind character varying(20) NOT NULL,
    event_type character varying(120),
    ticket_id bigint,
    body bytea,
    body_digest character varying(64) NOT NULL,
    received_at double precision NOT NULL,
    state character varying(20) NOT NULL,
    attempts integer NOT NULL,
    round integer NOT NULL,
    error character varying(300),
    finished_at double precision
);
CREATE SEQUENCE public.delivery_id_seq
    AS integer
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.delivery_id_seq OWNED BY public.delivery.id;
CREATE TABLE public.deskclerk_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.effect (
    decision_id character varying(64) NOT NULL,
    kind character varying(20) NOT NULL,
    ticket_id bigint NOT NULL,
    requester_id bigint,
    "position" integer NOT NULL,
    state character varying(20) NOT NULL,
    body text NOT NULL,
    public boolean NOT NULL,
    tags text,
    group_id bigint,
    priority character varying(10),
    stamp character varying(40),
    owner character varying(64),
    lease_until double precision,
    attempts integer NOT NULL,
    planned_at double precision NOT NULL,
    finished_at double precision,
    audit_id bigint,
    error character varying(300)
);
CREATE TABLE public.fact (
    name character varying(60) NOT NULL,
    value text NOT NULL,
    at double precision NOT NULL
);
CREATE TABLE public.ledger (
    seq integer NOT NULL,
    at character varying(40) NOT NULL,
    kind character varying(40) NOT NULL,
    ticket_id bigint,
    decision_id character varying(64),
    body text NOT NULL,
    previous character varying(64) NOT NULL,
    digest character varying(64) NOT NULL
);
CREATE TABLE public.ledger_head (
    id integer NOT NULL,
    seq integer NOT NULL,
    digest character varying(64) NOT NULL
);
CREATE TABLE public.policy_version (
    version character varying(80) NOT NULL,
    files text NOT NULL,
    imported_at double precision NOT NULL,
    activated_at double precision
);
CREATE TABLE public.worker (
    executor_id character varying(64) NOT NULL,
    started_at double precision NOT NULL,
    seen_at double precision NOT NULL
);
ALTER TABLE ONLY public.delivery ALTER COLUMN id SET DEFAULT nextval('public.delivery_id_seq'::regclass);
INSERT INTO public.decision VALUES ('4dcd9572d3adb44c05c47ea4f1afb0a0', 3, 3, 360000000044, 360000000043, NULL, 'applied', 'escalate', true, 1795996318.542271, 1795996318, '[360000000044]', '{"assignee_id":null,"body":"I want to make a formal complaint about your service.","channel":"email","comments":[],"created_at":"2026-11-29T23:51:58Z","group_id":null,"has_attachments":false,"has_ccs":false,"history":{"guarded":false,"paused":false,"replies_last_hour":0,"replies_on_ticket":0,"replies_to_requester":0},"html_body":"<div class=\"zd-comment\" dir=\"auto\"><p dir=\"auto\">I want to make a formal complaint about your service.</p></div>","id":"3","language":null,"later_comments":[],"message_created_at":"2026-11-29T23:51:58Z","message_id":"360000000044","organization":{"name":"","tags":[]},"priority":null,"requester":{"country":null,"email":"chloe@example.org","id":"360000000043","name":"Chloë Núñez","tags":[]},"status":"new","subject":"Not happy","tags":[]}', '{"blocked":true,"deadlines":[{"clock":"Summary resolution window","due":"2026-12-02T17:30:00Z","pack":"uk_fca_disp_complaint"},{"clock":"Reply to the complaint","due":"2026-12-18T17:30:00Z","pack":"eu_psd2_complaint"},{"clock":"Final response","due":"2026-12-18T17:30:00Z","pack":"uk_psd_emd_complaint"},{"clock":"Final response, exceptional circumstances","due":"2027-01-20T17:30:00Z","pack":"uk_psd_emd_complaint"},{"clock":"Final response","due":"2027-01-24T23:51:58Z","pack":"uk_fca_disp_complaint"}],"decided_at":"2026-11-29T23:51:58.542271Z","decision_id":"4dcd9572d3adb44c05c47ea4f1afb0a0","faq":null,"id":"3","language":"en","outcome":"escalate","packs":["complaint","eu_psd2_complaint","uk_fca_disp_complaint","uk_psd_emd_complaint"],"reasons":[{"code":"regulatory.complaint","detail":"Complaint: seen in the message.","evidence":[[10,33],[17,33],[24,44]],"rule":"complaint"},{"code":"regulatory.complaint","detail":"Complaint about a payment service (EU): seen in the message.","evidence":[[10,33],[17,33],[24,44]],"rule":"eu_psd2_complaint"},{"code":"regulatory.complaint","detail":"Complaint to a UK financial firm: seen in the message.","evidence":[[10,33],[17,33],[24,44]],"rule":"uk_fca_disp_complaint"},{"code":"regulatory.complaint","detail":"Complaint about a payment or e-money service (UK): seen in the message.","evidence":[[10,33],[17,33],[24,44]],"rule":"uk_psd_emd_complaint"}],"reply":null,"risk":0.9984,"route":{"group":"Complaints","priority":"high","tags":["deskclerk_complaint","deskclerk_escalate","deskclerk_lang_en"]},"score":0.0,"sentiment":0.0,"versions":{"model":"sha256:17b6ee4b3a2839b41979ee92761311a5ae62ac63d1fd313e5fa62036e6631671","packs":"sha256:754c8279ed238f7381cb939928d7d3fd6ef622b7f57513ac4ab6c111bac35ef1","policy":"sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d"}}');
INSERT INTO public.decision VALUES ('a75facc9755f7710d284b38d234cc795', 4, 5, 360000000056, 360000000055, NULL, 'applied', 'escalate', true, 1795996318.556497, 1795996318, '[360000000056]', '{"assignee_id":null,"body":"My solicitor will write to you about this.","channel":"email","comments":[],"created_at":"2026-11-29T23:51:58Z","group_id":null,"has_attachments":false,"has_ccs":false,"history":{"guarded":false,"paused":false,"replies_last_hour":0,"replies_on_ticket":0,"replies_to_requester":0},"html_body":"<div class=\"zd-comment\" dir=\"auto\"><p dir=\"auto\">My solicitor will write to you about this.</p></div>","id":"5","language":null,"later_comments":[],"message_created_at":"2026-11-29T23:51:58Z","message_id":"360000000056","organization":{"name":"","tags":[]},"priority":null,"requester":{"country":null,"email":"eve@example.org","id":"360000000055","name":"Eve Ray","tags":[]},"status":"new","subject":"Lawyer","tags":[]}', '{"blocked":true,"deadlines":[],"decided_at":"2026-11-29T23:51:58.556497Z","decision_id":"a75facc9755f7710d284b38d234cc795","faq":null,"id":"5","language":"en","outcome":"escalate","packs":["legal_threat"],"reasons":[{"code":"regulatory.legal","detail":"Threat of legal action: seen in the message.","evidence":[[0,17]],"rule":"legal_threat"}],"reply":null,"risk":0.8,"route":{"group":"Legal","priority":"high","tags":["deskclerk_escalate","deskclerk_lang_en","deskclerk_legal"]},"score":0.0,"sentiment":0.0,"versions":{"model":"sha256:17b6ee4b3a2839b41979ee92761311a5ae62ac63d1fd313e5fa62036e6631671","packs":"sha256:754c8279ed238f7381cb939928d7d3fd6ef622b7f57513ac4ab6c111bac35ef1","policy":"sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d"}}');
INSERT INTO public.decision VALUES ('c3f36d5b06954c4cfea79d68b74a01d4', 1, 1, 360000000032, 360000000031, NULL, 'applied', 'reply', false, 1795996318.159129, 1795996318, '[360000000032]', '{"assignee_id":null,"body":"How do I reset my password?","channel":"email","comments":[],"created_at":"2026-11-29T23:51:58Z","group_id":null,"has_attachments":false,"has_ccs":false,"history":{"guarded":false,"paused":false,"replies_last_hour":0,"replies_on_ticket":0,"replies_to_requester":0},"html_body":"<div class=\"zd-comment\" dir=\"auto\"><p dir=\"auto\">How do I reset my password?</p></div>","id":"1","language":null,"later_comments":[],"message_created_at":"2026-11-29T23:51:58Z","message_id":"360000000032","organization":{"name":"","tags":[]},"priority":null,"requester":{"country":null,"email":"ada@example.org","id":"360000000031","name":"Ada Miller","tags":[]},"status":"new","subject":"Password","tags":[]}', '{"blocked":false,"deadlines":[],"decided_at":"2026-11-29T23:51:58.159129Z","decision_id":"c3f36d5b06954c4cfea79d68b74a01d4","faq":"reset_password","id":"1","language":"en","outcome":"reply","packs":[],"reasons":[{"code":"match.faq","detail":"The message asks a question that has an approved answer.","evidence":[],"rule":"reset_password"}],"reply":"Hello Ada, you can reset your password under Settings, Security.","risk":0.0,"route":{"group":null,"priority":null,"tags":["deskclerk_faq_reset_password","deskclerk_lang_en","deskclerk_reply"]},"score":0.99,"sentiment":0.0,"versions":{"model":"sha256:17b6ee4b3a2839b41979ee92761311a5ae62ac63d1fd313e5fa62036e6631671","packs":"sha256:754c8279ed238f7381cb939928d7d3fd6ef622b7f57513ac4ab6c111bac35ef1","policy":"sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d"}}');
INSERT INTO public.decision VALUES ('a57739499a84a00a571425e9ea8c2a30', 5, 4, 360000000050, 360000000049, NULL, 'applied', 'abstain', false, 1795996318.657943, 1795996318, '[360000000050]', '{"assignee_id":null,"body":"The blue thing on my shelf makes a humming sound since the weekend. 🐝","channel":"email","comments":[],"created_at":"2026-11-29T23:51:58Z","group_id":null,"has_attachments":false,"has_ccs":false,"history":{"guarded":false,"paused":false,"replies_last_hour":1,"replies_on_ticket":0,"replies_to_requester":0},"html_body":"<div class=\"zd-comment\" dir=\"auto\"><p dir=\"auto\">The blue thing on my shelf makes a humming sound since the weekend. 🐝</p></div>","id":"4","language":null,"later_comments":[],"message_created_at":"2026-11-29T23:51:58Z","message_id":"360000000050","organization":{"name":"","tags":[]},"priority":null,"requester":{"country":null,"email":"dan@example.org","id":"360000000049","name":"Dan Oh","tags":[]},"status":"new","subject":"A noise","tags":[]}', '{"blocked":false,"deadlines":[],"decided_at":"2026-11-29T23:51:58.657943Z","decision_id":"a57739499a84a00a571425e9ea8c2a30","faq":null,"id":"4","language":"en","outcome":"abstain","packs":[],"reasons":[{"code":"abstain.no_match","detail":"No approved answer is near enough.","evidence":[],"rule":"recogniser"}],"reply":null,"risk":0.0,"route":{"group":null,"priority":null,"tags":["deskclerk_abstain","deskclerk_lang_en"]},"score":0.0683,"sentiment":0.0,"versions":{"model":"sha256:17b6ee4b3a2839b41979ee92761311a5ae62ac63d1fd313e5fa62036e6631671","packs":"sha256:754c8279ed238f7381cb939928d7d3fd6ef622b7f57513ac4ab6c111bac35ef1","policy":"sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d"}}');
INSERT INTO public.decision VALUES ('d36954a2e06e758e84565334246c54e2', 6, 6, 360000000062, 360000000061, NULL, 'applied', 'escalate', true, 1795996318.70236, 1795996318, '[360000000062]', '{"assignee_id":null,"body":"Can I please talk to a human being?","channel":"email","comments":[],"created_at":"2026-11-29T23:51:58Z","group_id":null,"has_attachments":false,"has_ccs":false,"history":{"guarded":false,"paused":false,"replies_last_hour":1,"replies_on_ticket":0,"replies_to_requester":0},"html_body":"<div class=\"zd-comment\" dir=\"auto\"><p dir=\"auto\">Can I please talk to a human being?</p></div>","id":"6","language":null,"later_comments":[],"message_created_at":"2026-11-29T23:51:58Z","message_id":"360000000062","organization":{"name":"","tags":[]},"priority":null,"requester":{"country":null,"email":"finn@example.org","id":"360000000061","name":"Finn Ada","tags":[]},"status":"new","subject":"Person","tags":[]}', '{"blocked":true,"deadlines":[],"decided_at":"2026-11-29T23:51:58.702360Z","decision_id":"d36954a2e06e758e84565334246c54e2","faq":null,"id":"6","language":"en","outcome":"escalate","packs":[],"reasons":[{"code":"human_request","detail":"The customer asks for a person.","evidence":[[0,28],[13,34],[23,34]],"rule":"human_request"}],"reply":null,"risk":0.9,"route":{"group":"Support","priority":null,"tags":["deskclerk_escalate","deskclerk_lang_en"]},"score":0.0,"sentiment":0.0,"versions":{"model":"sha256:17b6ee4b3a2839b41979ee92761311a5ae62ac63d1fd313e5fa62036e6631671","packs":"sha256:754c8279ed238f7381cb939928d7d3fd6ef622b7f57513ac4ab6c111bac35ef1","policy":"sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d"}}');
INSERT INTO public.decision VALUES ('7628b39bbafda9be869d2210b5ece590', 2, 2, 360000000038, 360000000037, NULL, 'applied', 'suggest', false, 1795996318.4348, 1795996318, '[360000000038]', '{"assignee_id":null,"body":"What are your opening hours?","channel":"email","comments":[],"created_at":"2026-11-29T23:51:58Z","group_id":null,"has_attachments":false,"has_ccs":false,"history":{"guarded":false,"paused":false,"replies_last_hour":1,"replies_on_ticket":0,"replies_to_requester":0},"html_body":"<div class=\"zd-comment\" dir=\"auto\"><p dir=\"auto\">What are your opening hours?</p></div>","id":"2","language":null,"later_comments":[],"message_created_at":"2026-11-29T23:51:58Z","message_id":"360000000038","organization":{"name":"","tags":[]},"priority":null,"requester":{"country":null,"email":"ben@example.org","id":"360000000037","name":"Ben Iqbal","tags":[]},"status":"new","subject":"Hours","tags":[]}', '{"blocked":false,"deadlines":[],"decided_at":"2026-11-29T23:51:58.434800Z","decision_id":"7628b39bbafda9be869d2210b5ece590","faq":"opening_hours","id":"2","language":"en","outcome":"suggest","packs":[],"reasons":[{"code":"match.faq","detail":"The message asks a question that has an approved answer.","evidence":[],"rule":"opening_hours"},{"code":"stage.suggest","detail":"This question is at the stage of suggesting drafts.","evidence":[],"rule":"opening_hours"}],"reply":"We are open from nine to five, Monday to Friday.","risk":0.0,"route":{"group":"Support","priority":null,"tags":["deskclerk_faq_opening_hours","deskclerk_lang_en","deskclerk_suggest"]},"score":0.99,"sentiment":0.0,"versions":{"model":"sha256:17b6ee4b3a2839b41979ee92761311a5ae62ac63d1fd313e5fa62036e6631671","packs":"sha256:754c8279ed238f7381cb939928d7d3fd6ef622b7f57513ac4ab6c111bac35ef1","policy":"sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d"}}');
INSERT INTO public.delivery VALUES (1, '18000001:01M8MVHX3CV3RS3DTR98H6BCFN:01M8MVHY9TCF5DBX5KPBJB0V76', 'webhook', 'trigger', NULL, 1, '\x7b227469636b65745f6964223a202231222c2022757064617465645f6174223a2022323032362d31312d32395432333a35313a35385a222c2022766961223a2022456d61696c222c202263757272656e745f757365725f6964223a2022333630303030303030303331227d', '3682eb692a19d32cffb83064f39dae730bc284090a105b6237bf3870f7b37fed', 1795996318.014126, 'done', 0, 0, NULL, 1795996319.453127);
INSERT INTO public.delivery VALUES (2, '18000001:01M8MVHX3CV3RS3DTR98H6BCFN:01M8MVHYA2P8H012G5MV268WAS', 'webhook', 'trigger', NULL, 2, '\x7b227469636b65745f6964223a202232222c2022757064617465645f6174223a2022323032362d31312d32395432333a35313a35385a222c2022766961223a2022456d61696c222c202263757272656e745f757365725f6964223a2022333630303030303030303337227d', '3e0fe90bc75f30080f8e275049d5561319a7a222e3b64adc513bcecd119623c0', 1795996318.038093, 'done', 0, 0, NULL, 1795996319.393383);
INSERT INTO public.delivery VALUES (3, '18000001:01M8MVHX3CV3RS3DTR98H6BCFN:01M8MVHYBDJXAKN419676M8ZHN', 'webhook', 'trigger', NULL, 3, '\x7b227469636b65745f6964223a202233222c2022757064617465645f6174223a2022323032362d31312d32395432333a35313a35385a222c2022766961223a2022456d61696c222c202263757272656e745f757365725f6964223a2022333630303030303030303433227d', '70c56cd29fad56d72626efc3aae8d4d6f2d1593d6344b78e3f40ee287a4d9355', 1795996318.089976, 'done', 0, 0, NULL, 1795996319.212867);
INSERT INTO public.delivery VALUES (4, '18000001:01M8MVHX3CV3RS3DTR98H6BCFN:01M8MVHYCRW6CF0V0M9815PG9Z', 'webhook', 'trigger', NULL, 5, '\x7b227469636b65745f6964223a202235222c2022757064617465645f6174223a2022323032362d31312d32395432333a35313a35385a222c2022766961223a2022456d61696c222c202263757272656e745f757365725f6964223a2022333630303030303030303535227d', '1f9cbe0fda44f9518faf19953a66a9d058b6e7dace15096ca3cb6ee48f9fb865', 1795996318.139268, 'done', 0, 0, NULL, 1795996319.177816);
INSERT INTO public.delivery VALUES (5, '18000001:01M8MVHX3CV3RS3DTR98H6BCFN:01M8MVHYC60PV0FN5YVH8M64CK', 'webhook', 'trigger', NULL, 4, '\x7b227469636b65745f6964223a202234222c2022757064617465645f6174223a2022323032362d31312d32395432333a35313a35385a222c2022766961223a2022456d61696c222c202263757272656e745f757365725f6964223a2022333630303030303030303439227d', 'd286551a095a2717535c476c9377742af6e9551c7d7b2edd30c9c862cf968149', 1795996318.128886, 'done', 0, 0, NULL, 1795996319.372874);
INSERT INTO public.delivery VALUES (6, '18000001:01M8MVHX3CV3RS3DTR98H6BCFN:01M8MVHYE1Q78PR3YMYQW16322', 'webhook', 'trigger', NULL, 6, '\x7b227469636b65745f6964223a202236222c2022757064617465645f6174223a2022323032362d31312d32395432333a35313a35385a222c2022766961223a2022456d61696c222c202263757272656e745f757365725f6964223a2022333630303030303030303631227d', 'e6965d38f11a7313bbe0ceac4e14a4421bea441c1b3cce21f95bd284ef5d4e81', 1795996318.15287, 'done', 0, 0, NULL, 1795996319.338018);
INSERT INTO public.delivery VALUES (7, '18000001:01M8MVHX3CV3RS3DTR98H6BCFN:01M8MVHZFHY1PQ06B6M31R3T4F', 'webhook', 'trigger', NULL, 1, '\x7b227469636b65745f6964223a202231222c2022757064617465645f6174223a2022323032362d31312d32395432333a35313a35395a222c2022766961223a2022456d61696c222c202263757272656e745f757365725f6964223a2022333630303030303030303130227d', 'fc741ba391428b7e7d99e8e9ef438bc2311b745308d73a8a57f9dd91598e98f2', 1795996319.231435, 'ignored', 0, 0, NULL, 1795996319.231435);
INSERT INTO public.delivery VALUES (8, 'left-by-the-first-release', 'webhook', 'trigger', NULL, 99, '\x7b227469636b65745f6964223a2039397d', '0400bac776a1e4abc4779620959f5f80d8b8cd63920ff07bce69eba2dbe4fea7', 1795478000, 'stored', 0, 0, NULL, NULL);
INSERT INTO public.deskclerk_version VALUES ('0001');
INSERT INTO public.effect VALUES ('4dcd9572d3adb44c05c47ea4f1afb0a0', 'note', 3, 360000000043, 0, 'done', 'Deskclerk: Handed to people. No automatic answer.
Why:
- Complaint: seen in the message. (regulatory.complaint)
- Complaint about a payment service (EU): seen in the message. (regulatory.complaint)
- Complaint to a UK financial firm: seen in the message. (regulatory.complaint)
- Complaint about a payment or e-money service (UK): seen in the message. (regulatory.complaint)
Group: Complaints
Priority: at least high
Deadline: Summary resolution window, 2026-12-02 17:30 UTC (uk_fca_disp_complaint)
Deadline: Reply to the complaint, 2026-12-18 17:30 UTC (eu_psd2_complaint)
Deadline: Final response, 2026-12-18 17:30 UTC (uk_psd_emd_complaint)
Deadline: Final response, exceptional circumstances, 2027-01-20 17:30 UTC (uk_psd_emd_complaint)
Deadline: Final response, 2027-01-24 23:51 UTC (uk_fca_disp_complaint)
Decision 4dcd9572d3adb44c05c47ea4f1afb0a0 at 2026-11-29 23:51:58 UTC
Policy 43b646738259, model 17b6ee4b3a28, packs 754c8279ed23', false, '["deskclerk_complaint", "deskclerk_escalate", "deskclerk_lang_en"]', 360000000002, 'high', '2026-11-29T23:51:58Z', 'w-efefdc32b5184790', 1795996348.542271, 1, 1795996318.542271, 1795996318.782035, 360000000068, NULL);
INSERT INTO public.effect VALUES ('a75facc9755f7710d284b38d234cc795', 'note', 5, 360000000055, 0, 'done', 'Deskclerk: Handed to people. No automatic answer.
Why:
- Threat of legal action: seen in the message. (regulatory.legal)
Group: Legal
Priority: at least high
Decision a75facc9755f7710d284b38d234cc795 at 2026-11-29 23:51:58 UTC
Policy 43b646738259, model 17b6ee4b3a28, packs 754c8279ed23', false, '["deskclerk_escalate", "deskclerk_lang_en", "deskclerk_legal"]', 360000000003, 'high', '2026-11-29T23:51:58Z', 'w-efefdc32b5184790', 1795996348.556497, 1, 1795996318.556497, 1795996318.829685, 360000000073, NULL);
INSERT INTO public.effect VALUES ('c3f36d5b06954c4cfea79d68b74a01d4', 'note', 1, 360000000031, 0, 'done', 'Deskclerk: Answered automatically with the approved answer “reset_password”.
Why:
- The message asks a question that has an approved answer. (match.faq)
Decision c3f36d5b06954c4cfea79d68b74a01d4 at 2026-11-29 23:51:58 UTC
Policy 43b646738259, model 17b6ee4b3a28, packs 754c8279ed23', false, '["deskclerk_faq_reset_password", "deskclerk_lang_en", "deskclerk_reply"]', NULL, NULL, '2026-11-29T23:51:58Z', 'w-efefdc32b5184790', 1795996348.159129, 1, 1795996318.159129, 1795996318.874781, 360000000078, NULL);
INSERT INTO public.effect VALUES ('c3f36d5b06954c4cfea79d68b74a01d4', 'reply', 1, 360000000031, 1, 'done', 'Hello Ada, you can reset your password under Settings, Security.', true, NULL, NULL, NULL, '2026-11-29T23:51:58Z', 'w-efefdc32b5184790', 1795996349.082931, 1, 1795996318.159129, 1795996319.21965, 360000000092, NULL);
INSERT INTO public.effect VALUES ('a57739499a84a00a571425e9ea8c2a30', 'note', 4, 360000000049, 0, 'done', 'Deskclerk: Left in its queue for a person. No automatic answer.
Why:
- No approved answer is near enough. (abstain.no_match)
Decision a57739499a84a00a571425e9ea8c2a30 at 2026-11-29 23:51:58 UTC
Policy 43b646738259, model 17b6ee4b3a28, packs 754c8279ed23', false, '["deskclerk_abstain", "deskclerk_lang_en"]', NULL, NULL, '2026-11-29T23:51:58Z', 'w-efefdc32b5184790', 1795996348.657943, 1, 1795996318.657943, 1795996318.926103, 360000000081, NULL);
INSERT INTO public.effect VALUES ('d36954a2e06e758e84565334246c54e2', 'note', 6, 360000000061, 0, 'done', 'Deskclerk: Handed to people. No automatic answer.
Why:
- The customer asks for a person. (human_request)
Group: Support
Decision d36954a2e06e758e84565334246c54e2 at 2026-11-29 23:51:58 UTC
Policy 43b646738259, model 17b6ee4b3a28, packs 754c8279ed23', false, '["deskclerk_escalate", "deskclerk_lang_en"]', 360000000001, NULL, '2026-11-29T23:51:58Z', 'w-efefdc32b5184790', 1795996348.70236, 1, 1795996318.70236, 1795996319.009672, 360000000084, NULL);
INSERT INTO public.effect VALUES ('7628b39bbafda9be869d2210b5ece590', 'note', 2, 360000000037, 0, 'done', 'Deskclerk: Draft for an agent: the approved answer “opening_hours” seems to fit. Nothing sent.
Why:
- The message asks a question that has an approved answer. (match.faq)
- This question is at the stage of suggesting drafts. (stage.suggest)
Group: Support
Draft:
We are open from nine to five, Monday to Friday.
Decision 7628b39bbafda9be869d2210b5ece590 at 2026-11-29 23:51:58 UTC
Policy 43b646738259, model 17b6ee4b3a28, packs 754c8279ed23', false, '["deskclerk_faq_opening_hours", "deskclerk_lang_en", "deskclerk_suggest"]', 360000000001, NULL, '2026-11-29T23:51:58Z', 'w-efefdc32b5184790', 1795996348.4348, 1, 1795996318.4348, 1795996319.057013, 360000000088, NULL);
INSERT INTO public.fact VALUES ('own_user_id', '360000000010', 1795996317.985386);
INSERT INTO public.fact VALUES ('helpdesk_reached', '"2026-11-29T23:51:57.985386Z"', 1795996317.985386);
INSERT INTO public.fact VALUES ('sweep_cursor', '"c2VxOjA"', 1795996319.438046);
INSERT INTO public.fact VALUES ('paused', 'true', 1795996349.715014);
INSERT INTO public.ledger VALUES (1, '2026-11-29T23:51:57.686304Z', 'policy_activated', NULL, NULL, '{"version":"sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d"}', '0000000000000000000000000000000000000000000000000000000000000000', '2d52ec1e501720e8b0602d4c22233f80da422556ba28e54970a546b3802160ad');
INSERT INTO public.ledger VALUES (2, '2026-11-29T23:51:58.542271Z', 'decided', 3, '4dcd9572d3adb44c05c47ea4f1afb0a0', '{"blocked":true,"deadlines":[{"clock":"Summary resolution window","due":"2026-12-02T17:30:00Z","pack":"uk_fca_disp_complaint"},{"clock":"Reply to the complaint","due":"2026-12-18T17:30:00Z","pack":"eu_psd2_complaint"},{"clock":"Final response","due":"2026-12-18T17:30:00Z","pack":"uk_psd_emd_complaint"},{"clock":"Final response, exceptional circumstances","due":"2027-01-20T17:30:00Z","pack":"uk_psd_emd_complaint"},{"clock":"Final response","due":"2027-01-24T23:51:58Z","pack":"uk_fca_disp_complaint"}],"decision_digest":"62bfc332377f09942c10d81bef9ae3d6bb399eb0e9d3804385dfa421831f16cc","faq":null,"outcome":"escalate","packs":["complaint","eu_psd2_complaint","uk_fca_disp_complaint","uk_psd_emd_complaint"],"reasons":[{"code":"regulatory.complaint","rule":"complaint"},{"code":"regulatory.complaint","rule":"eu_psd2_complaint"},{"code":"regulatory.complaint","rule":"uk_fca_disp_complaint"},{"code":"regulatory.complaint","rule":"uk_psd_emd_complaint"}],"reply_digest":null,"risk":0.9984,"route":{"group":"Complaints","priority":"high","tags":["deskclerk_complaint","deskclerk_escalate","deskclerk_lang_en"]},"score":0.0,"sentiment":0.0,"ticket_digest":"705b33a230fe17cd4d15879332402c02844e4494c4a4aa6e924af3db502c7124","versions":{"model":"sha256:17b6ee4b3a2839b41979ee92761311a5ae62ac63d1fd313e5fa62036e6631671","packs":"sha256:754c8279ed238f7381cb939928d7d3fd6ef622b7f57513ac4ab6c111bac35ef1","policy":"sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d"}}', '2d52ec1e501720e8b0602d4c22233f80da422556ba28e54970a546b3802160ad', '14fe17cdc0962200b552edf54ce9009a13758533d02d11da22a6056cf7d733e4');
INSERT INTO public.ledger VALUES (3, '2026-11-29T23:51:58.556497Z', 'decided', 5, 'a75facc9755f7710d284b38d234cc795', '{"blocked":true,"deadlines":[],"decision_digest":"c9313bb125d2e34aaad6d6d4895c88c0649a1924b1d4cb7fc6a7c6382b019682","faq":null,"outcome":"escalate","packs":["legal_threat"],"reasons":[{"code":"regulatory.legal","rule":"legal_threat"}],"reply_digest":null,"risk":0.8,"route":{"group":"Legal","priority":"high","tags":["deskclerk_escalate","deskclerk_lang_en","deskclerk_legal"]},"score":0.0,"sentiment":0.0,"ticket_digest":"18d81320abd85e54073c2ba87d43841c5691eb4f2531524d11b6c3a8a0fcfb6e","versions":{"model":"sha256:17b6ee4b3a2839b41979ee92761311a5ae62ac63d1fd313e5fa62036e6631671","packs":"sha256:754c8279ed238f7381cb939928d7d3fd6ef622b7f57513ac4ab6c111bac35ef1","policy":"sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d"}}', '14fe17cdc0962200b552edf54ce9009a13758533d02d11da22a6056cf7d733e4', 'f20ac8430dfa9a8c7d83910c55f81fb641560b9125e604276f43d59804ba6aae');
INSERT INTO public.ledger VALUES (4, '2026-11-29T23:51:58.159129Z', 'decided', 1, 'c3f36d5b06954c4cfea79d68b74a01d4', '{"blocked":false,"deadlines":[],"decision_digest":"0ab592328a76874de555b9649a8b464dc2cb756183484f019756401b6b60c621","faq":"reset_password","outcome":"reply","packs":[],"reasons":[{"code":"match.faq","rule":"reset_password"}],"reply_digest":"dc0705587dfa8d74021233531854d8414254b19e5d61968b3d95a80d51abaaca","risk":0.0,"route":{"group":null,"priority":null,"tags":["deskclerk_faq_reset_password","deskclerk_lang_en","deskclerk_reply"]},"score":0.99,"sentiment":0.0,"ticket_digest":"6b5a07d0a9c54377bf09b633308b11be2247c29902cddf47e852cde39d570708","versions":{"model":"sha256:17b6ee4b3a2839b41979ee92761311a5ae62ac63d1fd313e5fa62036e6631671","packs":"sha256:754c8279ed238f7381cb939928d7d3fd6ef622b7f57513ac4ab6c111bac35ef1","policy":"sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d"}}', 'f20ac8430dfa9a8c7d83910c55f81fb641560b9125e604276f43d59804ba6aae', 'bdb802035d9d74ee1ae22d059e3c1079343fdf89600a1766f4cd948b53b61537');
INSERT INTO public.ledger VALUES (5, '2026-11-29T23:51:58.657943Z', 'decided', 4, 'a57739499a84a00a571425e9ea8c2a30', '{"blocked":false,"deadlines":[],"decision_digest":"4a5f930fc3a594022fc55d2dc69d1df02481b024c6d703e314c0f48e3f72c442","faq":null,"outcome":"abstain","packs":[],"reasons":[{"code":"abstain.no_match","rule":"recogniser"}],"reply_digest":null,"risk":0.0,"route":{"group":null,"priority":null,"tags":["deskclerk_abstain","deskclerk_lang_en"]},"score":0.0683,"sentiment":0.0,"ticket_digest":"69a604f2a6b0c95e05b92ca09befd02b4bf7ff3b1876a3cd476e1556b312b55b","versions":{"model":"sha256:17b6ee4b3a2839b41979ee92761311a5ae62ac63d1fd313e5fa62036e6631671","packs":"sha256:754c8279ed238f7381cb939928d7d3fd6ef622b7f57513ac4ab6c111bac35ef1","policy":"sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d"}}', 'bdb802035d9d74ee1ae22d059e3c1079343fdf89600a1766f4cd948b53b61537', 'b3f4f1b7e991da991d144ffda6b10e8342ba04b966cf570c9222b403c15bdf6b');
INSERT INTO public.ledger VALUES (6, '2026-11-29T23:51:58.702360Z', 'decided', 6, 'd36954a2e06e758e84565334246c54e2', '{"blocked":true,"deadlines":[],"decision_digest":"c1a6119c0e4bbca399d6b6a0dee1704317ddc6b756a48ba3a4a427798fcafcb9","faq":null,"outcome":"escalate","packs":[],"reasons":[{"code":"human_request","rule":"human_request"}],"reply_digest":null,"risk":0.9,"route":{"group":"Support","priority":null,"tags":["deskclerk_escalate","deskclerk_lang_en"]},"score":0.0,"sentiment":0.0,"ticket_digest":"4bd3b14d60297e7fedc4e7f89b4621a48e68a6331255e1a98b6ad582bae158bf","versions":{"model":"sha256:17b6ee4b3a2839b41979ee92761311a5ae62ac63d1fd313e5fa62036e6631671","packs":"sha256:754c8279ed238f7381cb939928d7d3fd6ef622b7f57513ac4ab6c111bac35ef1","policy":"sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d"}}', 'b3f4f1b7e991da991d144ffda6b10e8342ba04b966cf570c9222b403c15bdf6b', '8b8ac1309370c6f0a3c55164b3c14180414e509f0c442cb9532c0f8b916ebb45');
INSERT INTO public.ledger VALUES (7, '2026-11-29T23:51:58.434800Z', 'decided', 2, '7628b39bbafda9be869d2210b5ece590', '{"blocked":false,"deadlines":[],"decision_digest":"003e43da9568ba43ec48d5902318e4165469dcfc80c814997c80563b564521c3","faq":"opening_hours","outcome":"suggest","packs":[],"reasons":[{"code":"match.faq","rule":"opening_hours"},{"code":"stage.suggest","rule":"opening_hours"}],"reply_digest":"7e5466ee32845a19ab4779a942c818359077420e87ef1f9fa9b906bd055ac972","risk":0.0,"route":{"group":"Support","priority":null,"tags":["deskclerk_faq_opening_hours","deskclerk_lang_en","deskclerk_suggest"]},"score":0.99,"sentiment":0.0,"ticket_digest":"e72d63380b0d0398af6712dd02c4e5a1a26589dcb9010449e791147bbf8d9bb4","versions":{"model":"sha256:17b6ee4b3a2839b41979ee92761311a5ae62ac63d1fd313e5fa62036e6631671","packs":"sha256:754c8279ed238f7381cb939928d7d3fd6ef622b7f57513ac4ab6c111bac35ef1","policy":"sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d"}}', '8b8ac1309370c6f0a3c55164b3c14180414e509f0c442cb9532c0f8b916ebb45', '3f34f03dba1d282d7a38850cede11deaf9b9274af958bbc1a4aa0ccca4af1918');
INSERT INTO public.ledger VALUES (8, '2026-11-29T23:51:59.043163Z', 'applied', 3, '4dcd9572d3adb44c05c47ea4f1afb0a0', '{"audits":[360000000068]}', '3f34f03dba1d282d7a38850cede11deaf9b9274af958bbc1a4aa0ccca4af1918', 'e5bd8c56b691bc7a1953dd6e5d8fb28e30fac8ee60cc1ee3f8bb195b6be913de');
INSERT INTO public.ledger VALUES (9, '2026-11-29T23:51:59.162068Z', 'applied', 5, 'a75facc9755f7710d284b38d234cc795', '{"audits":[360000000073]}', 'e5bd8c56b691bc7a1953dd6e5d8fb28e30fac8ee60cc1ee3f8bb195b6be913de', '2b74b60b112f660a1759dec0102d0b87a2b810ccd3bc9373c772e176e9ba1d19');
INSERT INTO public.ledger VALUES (10, '2026-11-29T23:51:59.100914Z', 'applied', 6, 'd36954a2e06e758e84565334246c54e2', '{"audits":[360000000084]}', '2b74b60b112f660a1759dec0102d0b87a2b810ccd3bc9373c772e176e9ba1d19', '9355f719a7c16cb603b1ddcefedafbfd55869495541e48b935f7e48712f8167e');
INSERT INTO public.ledger VALUES (11, '2026-11-29T23:51:59.292230Z', 'applied', 4, 'a57739499a84a00a571425e9ea8c2a30', '{"audits":[360000000081]}', '9355f719a7c16cb603b1ddcefedafbfd55869495541e48b935f7e48712f8167e', '5b3e9fff964f367e8b7c0cf59cb5bca092a2e7b554b4d42ecd848020fc74859f');
INSERT INTO public.ledger VALUES (12, '2026-11-29T23:51:59.290149Z', 'applied', 2, '7628b39bbafda9be869d2210b5ece590', '{"audits":[360000000088]}', '5b3e9fff964f367e8b7c0cf59cb5bca092a2e7b554b4d42ecd848020fc74859f', 'b9889830350e6a799eed60d981823062197a36d104be5f5759b10f9cf84d7de3');
INSERT INTO public.ledger VALUES (13, '2026-11-29T23:51:59.337263Z', 'applied', 1, 'c3f36d5b06954c4cfea79d68b74a01d4', '{"audits":[360000000078,360000000092]}', 'b9889830350e6a799eed60d981823062197a36d104be5f5759b10f9cf84d7de3', '8b77292bcee638a2c8817c9a45908008ae7c5d699a468a0e1efc5c68209a80b9');
INSERT INTO public.ledger VALUES (14, '2026-11-29T23:52:29.715014Z', 'paused', NULL, NULL, '{"by":"command line"}', '8b77292bcee638a2c8817c9a45908008ae7c5d699a468a0e1efc5c68209a80b9', '490cea7a785f5003a314b4812b8821b66c1d4f9deacc5121207e99b66b0f92cc');
INSERT INTO public.ledger_head VALUES (1, 14, '490cea7a785f5003a314b4812b8821b66c1d4f9deacc5121207e99b66b0f92cc');
INSERT INTO public.policy_version VALUES ('sha256:43b646738259279e9ff62df1081f56ca09c40989de0ec3f13f3bd16e3b43441d', '{"faqs.yaml": "faqs:\n  - id: reset_password\n    title: Reset a password\n    stage: auto\n    examples:\n      - how do i reset my password\n      - i forgot my password\n      - reset password\n      - my password does not work how can i reset it\n      - how to change a forgotten password\n    answers:\n      - { language: en, body: \"Hello {{ first_name }}, you can reset your password under Settings, Security.\" }\n  - id: opening_hours\n    title: Opening hours\n    stage: suggest\n    examples:\n      - what are your opening hours\n      - when are you open\n      - are you open on saturday\n      - opening times please\n      - until when are you open today\n    answers:\n      - { language: en, body: \"We are open from nine to five, Monday to Friday.\" }\n", "policy.yaml": "groups: { default: Support, complaints: Complaints, legal: Legal, safety: Safety }\n"}', 1795996317.686304, 1795996317.686304);
SELECT pg_catalog.setval('public.delivery_id_seq', 8, true);
ALTER TABLE ONLY public.decision
    ADD CONSTRAINT decision_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_key_key UNIQUE (key);
ALTER TABLE ONLY public.delivery
    ADD CONSTRAINT delivery_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.deskclerk_version
    ADD CONSTRAINT deskclerk_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.effect
    ADD CONSTRAINT effect_pkey PRIMARY KEY (decision_id, kind);
ALTER TABLE ONLY public.fact
    ADD CONSTRAINT fact_pkey PRIMARY KEY (name);
ALTER TABLE ONLY public.ledger
    ADD CONSTRAINT ledger_digest_key UNIQUE (digest);
ALTER TABLE ONLY public.ledger_head
    ADD CONSTRAINT ledger_head_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.ledger
    ADD CONSTRAINT ledger_pkey PRIMARY KEY (seq);
ALTER TABLE ONLY public.policy_version
    ADD CONSTRAINT policy_version_pkey PRIMARY KEY (version);
ALTER TABLE ONLY public.worker
    ADD CONSTRAINT worker_pkey PRIMARY KEY (executor_id);
CREATE INDEX ix_decision_delivery_id ON public.decision USING btree (delivery_id);
CREATE INDEX ix_decision_ticket_id ON public.decision USING btree (ticket_id);
CREATE INDEX ix_delivery_state ON public.delivery USING btree (state);
CREATE INDEX ix_delivery_ticket_id ON public.delivery USING btree (ticket_id);
CREATE INDEX ix_effect_requester_id ON public.effect USING btree (requester_id);
CREATE INDEX ix_effect_ticket_id ON public.effect USING btree (ticket_id);
CREATE INDEX ix_ledger_ticket_id ON public.ledger USING btree (ticket_id);
CREATE UNIQUE INDEX one_decision_per_comment ON public.decision USING btree (ticket_id, comment_id) WHERE ((state)::text <> 'superseded'::text);
