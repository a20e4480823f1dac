import ParticipationKit
import ParticipationTesting
import Testing

/// Every column of the host that can hold words was looked at: it is emptied by an erasure or by a clock, or it says
/// nothing of anybody. A new column fails here until somebody has decided.
@Suite("Columns with words")
struct PersonalColumnTests {
  @Test("each column with text or bytes is either erased or judged to hold nothing of a person")
  func judged() throws {
    let commune = try NotesCommune.make()
    let rows = try commune.rows(
      """
      SELECT m.name || '.' || c.name AS name FROM sqlite_master m JOIN pragma_table_info(m.name) c
      WHERE m.type = 'table' AND m.name LIKE 'host!_%' ESCAPE '!' AND c.type IN ('TEXT', 'BLOB') ORDER BY 1
      """)
    #expect(rows.count > 50)
    for row in rows {
      let name = try row.text("name")
      #expect(
        Self.erased.contains(name) || Self.impersonal.contains(name),
        "\(name): does it hold something of a person? Erase it in Erasures, PersonTables or HostClocks, or list it here"
      )
    }
  }

  /// Emptied by `Erasures`, `PersonTables` or `HostClocks`.
  static let erased: Set<String> = [
    "host_archive_document.files", "host_archive_document.title", "host_archive_document.value",
    "host_archive_file.bytes", "host_archive_page.body",
    "host_archive_page.summary", "host_archive_page.title",
    "host_account.email", "host_appeal.body", "host_appeal.note", "host_authorization.voter", "host_comment.author",
    "host_comment.body", "host_comment.quote", "host_comment.title", "host_contact.subject", "host_data_link.email",
    "host_decision.before", "host_decision.note",
    "host_event.words", "host_flag.note", "host_held_message.address", "host_held_message.body",
    "host_held_message.link", "host_likeness.print", "host_link.act", "host_link.email", "host_mail_address.email",
    "host_mail_request.email", "host_moderation.excerpt", "host_moderation.note", "host_outbox.content",
    "host_outbox.subject", "host_participant.public_name", "host_participant_session.device", "host_person.email",
    "host_person.name", "host_proof.salt", "host_receipt.lines", "host_receipt.payload", "host_redaction.after",
    "host_redaction.before", "host_register.salt",
  ]

  /// Kinds, states, keys, digests and tokens, and words of the commune itself.
  static let impersonal: Set<String> = [
    "host_archive.module", "host_archive.names", "host_archive_document.key", "host_archive_document.kind",
    "host_archive_document.module", "host_archive_document.path", "host_archive_file.module", "host_archive_file.path",
    "host_archive_page.key", "host_archive_page.kind", "host_archive_page.locale", "host_archive_page.module",
    "host_module.id", "host_module.names", "host_module.version",
    "host_account.locale", "host_answer.author", "host_answer.body", "host_answer.subject", "host_appeal.state",
    "host_calm.mode", "host_calm.scope", "host_calm.words", "host_comment.anchor", "host_comment.block",
    "host_comment.channel", "host_comment.document", "host_comment.kind", "host_comment.language",
    "host_comment.publication",
    "host_comment.reference", "host_comment.subject", "host_contact.locale", "host_counter_act.channel",
    "host_data_access.act", "host_decided.subject",
    "host_data_link.token", "host_decision.measure",
    "host_decision.reason", "host_decision_count.kind", "host_decision_count.measure", "host_decision_count.module",
    "host_decision_count.month", "host_decision_count.reason", "host_erasure.reason", "host_erasure.subject",
    // What staff send as documents of the commune.
    "host_file.module", "host_file.sha256", "host_file.state", "host_file.text", "host_file_backup.bytes",
    "host_file_backup.sha256",
    "host_event.anchor", "host_event.document", "host_event.key", "host_event.kind", "host_event.source",
    "host_event.subject", "host_event_about.subject", "host_flag.origin", "host_flag.reason", "host_flag.state",
    "host_follow.frequency", "host_follow.subject", "host_head.note", "host_head.reason", "host_head.root",
    "host_act_right.right", "host_act_right.what", "host_held_message.kind", "host_held_message.locale",
    "host_held_message.subject", "host_invitation.role",
    "host_invitation.token", "host_job.key", "host_job.module", "host_job.name", "host_letter_batch.label",
    "host_letter_batch.made_by", "host_letter_batch.made_on", "host_letter_batch.seed",
    "host_letter_batch.valid_until", "host_letter_code.digest", "host_letter_code.state", "host_likeness.subject",
    "host_link.locale", "host_link.purpose", "host_link.token", "host_list.lines", "host_mail_address.digest",
    "host_migration.name", "host_migration.namespace",
    "host_mail_address.locale", "host_mail_address.salt", "host_mail_address.stopped_why", "host_mail_clock.name",
    "host_mail_request.frequency", "host_mail_request.hash", "host_mail_request.locale", "host_mail_request.subject",
    "host_moderation.area", "host_moderation.category", "host_moderation.key", "host_moderation.kind",
    "host_moderation.language", "host_moderation.module", "host_moderation.reason", "host_moderation.state",
    "host_node.hash",
    "host_outbox.about", "host_outbox.channel", "host_outbox.error", "host_outbox.hook", "host_outbox.key",
    "host_outbox.kind", "host_outbox.locale", "host_outbox.state", "host_participant_session.form_token",
    "host_participant_session.token", "host_person.password", "host_person.role", "host_proof.fields",
    "host_proof.subject", "host_queue_count.category", "host_queue_count.kind", "host_queue_count.module",
    "host_quota.period", "host_quota.scope", "host_quota.who", "host_quota_count.key",
    "host_receipt.action", "host_receipt.channel", "host_receipt.locale", "host_receipt.message",
    "host_receipt.subject", "host_recovery_code.digest", "host_redaction.field", "host_redaction.reason",
    "host_register.hash", "host_register.kind", "host_register.leaf", "host_repeat.key", "host_retention_run.counts",
    "host_retention_run.day", "host_right.digest", "host_right.used_on", "host_role.areas", "host_role.id",
    "host_role.permissions", "host_role.title", "host_second_factor.secret", "host_secret.name", "host_secret.value",
    "host_session.device", "host_session.form_token", "host_session.stage", "host_session.token",
    "host_setting.name", "host_setting.value",
  ]
}
