"""Verdicts, evidence and export."""

from analysis.vetting.agreement import (
    Agreement,
    Standing,
    agreement,
    cohen_kappa,
    conflicts,
    counting_records,
    fleiss_kappa,
    standings,
)
from analysis.vetting.clauses import SavedClause, combined_cut
from analysis.vetting.difference import Difference, difference
from analysis.vetting.evidence import RULES, Evidence, Rule, evidence_table, gather_evidence
from analysis.vetting.export import VERDICT_COLUMNS, Export, candidate_table, export_candidates, read_export
from analysis.vetting.ordering import (
    QueueOrder,
    at_random,
    highest_first,
    identifier_texts,
    lowest_first,
    order_queue,
    unjudged_first,
)
from analysis.vetting.primary_mass import PrimaryMass, primary_mass
from analysis.vetting.provenance import Provenance, app_version, read_stamp
from analysis.vetting.report import (
    PanelText,
    Picture,
    ReportTable,
    number_words,
    report_tables,
    star_report,
    verdict_state,
)
from analysis.vetting.sessions import (
    SavedSession,
    SessionShelf,
    parse_session,
    read_session,
    session_text,
    write_session,
)
from analysis.vetting.star_evidence import Channel, StarData, StarEvidence, evidence
from analysis.vetting.store import VerdictStore
from analysis.vetting.store_engine import data_folder
from analysis.vetting.store_errors import StoreError
from analysis.vetting.verdict import Record, Verdict, identifier_text
from analysis.vetting.vocabulary import (
    DEFAULT_VOCABULARY,
    PRIORITIES,
    Vocabulary,
    Word,
    read_vocabulary,
    vocabulary_text,
)
from analysis.vetting.why import Reason, decisive, explain, explain_all

__all__ = [
    "DEFAULT_VOCABULARY",
    "PRIORITIES",
    "RULES",
    "VERDICT_COLUMNS",
    "Agreement",
    "Channel",
    "Difference",
    "Evidence",
    "Export",
    "PanelText",
    "Picture",
    "PrimaryMass",
    "Provenance",
    "QueueOrder",
    "Reason",
    "Record",
    "ReportTable",
    "Rule",
    "SavedClause",
    "SavedSession",
    "SessionShelf",
    "Standing",
    "StarData",
    "StarEvidence",
    "StoreError",
    "Verdict",
    "VerdictStore",
    "Vocabulary",
    "Word",
    "agreement",
    "app_version",
    "at_random",
    "candidate_table",
    "cohen_kappa",
    "combined_cut",
    "conflicts",
    "counting_records",
    "data_folder",
    "decisive",
    "difference",
    "evidence",
    "evidence_table",
    "explain",
    "explain_all",
    "export_candidates",
    "fleiss_kappa",
    "gather_evidence",
    "highest_first",
    "identifier_text",
    "identifier_texts",
    "lowest_first",
    "number_words",
    "order_queue",
    "parse_session",
    "primary_mass",
    "read_export",
    "read_session",
    "read_stamp",
    "read_vocabulary",
    "report_tables",
    "session_text",
    "standings",
    "star_report",
    "unjudged_first",
    "verdict_state",
    "vocabulary_text",
    "write_session",
]
