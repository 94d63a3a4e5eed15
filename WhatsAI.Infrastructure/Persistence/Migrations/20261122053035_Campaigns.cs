using System;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class Campaigns : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<Guid>(
                name: "media_id",
                table: "pool_messages",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<Guid>(
                name: "held_by",
                table: "campaign_signals",
                type: "uuid",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "held_by_name",
                table: "campaign_signals",
                type: "character varying(120)",
                maxLength: 120,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "campaign_news",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    campaign_id = table.Column<Guid>(type: "uuid", nullable: false),
                    contact_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    instance_id = table.Column<Guid>(type: "uuid", nullable: true),
                    message_id = table.Column<Guid>(type: "uuid", nullable: true),
                    reason = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaign_news", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "campaign_settings",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    cap = table.Column<string>(type: "jsonb", nullable: false),
                    approval = table.Column<string>(type: "jsonb", nullable: false),
                    skips_conversations = table.Column<bool>(type: "boolean", nullable: false),
                    price = table.Column<decimal>(type: "numeric(9,4)", precision: 9, scale: 4, nullable: true),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaign_settings", x => x.tenant_id);
                    table.ForeignKey(
                        name: "fk_campaign_settings_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "campaigns",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(80)", maxLength: 80, nullable: false),
                    author_id = table.Column<Guid>(type: "uuid", nullable: false),
                    template_id = table.Column<Guid>(type: "uuid", nullable: true),
                    values = table.Column<string>(type: "jsonb", nullable: false),
                    audience = table.Column<string>(type: "jsonb", nullable: true),
                    pool_id = table.Column<Guid>(type: "uuid", nullable: true),
                    schedule = table.Column<string>(type: "jsonb", nullable: true),
                    hours = table.Column<string>(type: "jsonb", nullable: false),
                    canary = table.Column<string>(type: "jsonb", nullable: false),
                    reply_days = table.Column<int>(type: "integer", nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    state_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    cause = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    detail = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true),
                    launched = table.Column<string>(type: "jsonb", nullable: true),
                    variants = table.Column<string>(type: "jsonb", nullable: true),
                    media_id = table.Column<Guid>(type: "uuid", nullable: true),
                    file = table.Column<string>(type: "jsonb", nullable: true),
                    approval = table.Column<string>(type: "jsonb", nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    xmin = table.Column<uint>(type: "xid", rowVersion: true, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaigns", x => x.id);
                    table.UniqueConstraint("ak_campaigns_tenant_id_id", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "fk_campaigns_media_files_tenant_id_media_id",
                        columns: x => new { x.tenant_id, x.media_id },
                        principalTable: "media_files",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_campaigns_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "campaign_changes",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    campaign_id = table.Column<Guid>(type: "uuid", nullable: false),
                    from = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    to = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    cause = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    by_id = table.Column<Guid>(type: "uuid", nullable: true),
                    by_name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    detail = table.Column<string>(type: "character varying(400)", maxLength: 400, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaign_changes", x => x.id);
                    table.ForeignKey(
                        name: "fk_campaign_changes_campaigns_tenant_id_campaign_id",
                        columns: x => new { x.tenant_id, x.campaign_id },
                        principalTable: "campaigns",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "campaign_counts",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    campaign_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kind = table.Column<string>(type: "character varying(16)", maxLength: 16, nullable: false),
                    variant = table.Column<string>(type: "character varying(2)", maxLength: 2, nullable: false),
                    instance_id = table.Column<Guid>(type: "uuid", nullable: false),
                    source = table.Column<short>(type: "smallint", nullable: false),
                    reason = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: false),
                    people = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaign_counts", x => new { x.tenant_id, x.campaign_id, x.kind, x.variant, x.instance_id, x.source, x.reason });
                    table.ForeignKey(
                        name: "fk_campaign_counts_campaigns_tenant_id_campaign_id",
                        columns: x => new { x.tenant_id, x.campaign_id },
                        principalTable: "campaigns",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "campaign_exclusions",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    campaign_id = table.Column<Guid>(type: "uuid", nullable: false),
                    contact_id = table.Column<Guid>(type: "uuid", nullable: false),
                    reason = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    phone = table.Column<string>(type: "character varying(40)", maxLength: 40, nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaign_exclusions", x => new { x.tenant_id, x.campaign_id, x.contact_id });
                    table.ForeignKey(
                        name: "fk_campaign_exclusions_campaigns_tenant_id_campaign_id",
                        columns: x => new { x.tenant_id, x.campaign_id },
                        principalTable: "campaigns",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_campaign_exclusions_contacts_tenant_id_contact_id",
                        columns: x => new { x.tenant_id, x.contact_id },
                        principalTable: "contacts",
                        principalColumns: new[] { "tenant_id", "id" });
                });

            migrationBuilder.CreateTable(
                name: "campaign_hours",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    campaign_id = table.Column<Guid>(type: "uuid", nullable: false),
                    hour = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    sent = table.Column<int>(type: "integer", nullable: false),
                    delivered = table.Column<int>(type: "integer", nullable: false),
                    read = table.Column<int>(type: "integer", nullable: false),
                    replied = table.Column<int>(type: "integer", nullable: false),
                    failed = table.Column<int>(type: "integer", nullable: false),
                    opted_out = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaign_hours", x => new { x.tenant_id, x.campaign_id, x.hour });
                    table.ForeignKey(
                        name: "fk_campaign_hours_campaigns_tenant_id_campaign_id",
                        columns: x => new { x.tenant_id, x.campaign_id },
                        principalTable: "campaigns",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "campaign_recipients",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    campaign_id = table.Column<Guid>(type: "uuid", nullable: false),
                    contact_id = table.Column<Guid>(type: "uuid", nullable: false),
                    place = table.Column<int>(type: "integer", nullable: false),
                    phone = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: false),
                    source = table.Column<short>(type: "smallint", nullable: false),
                    variant = table.Column<string>(type: "character varying(2)", maxLength: 2, nullable: true),
                    values = table.Column<string>(type: "jsonb", nullable: false),
                    state = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    reason = table.Column<string>(type: "character varying(60)", maxLength: 60, nullable: true),
                    not_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    instance_id = table.Column<Guid>(type: "uuid", nullable: true),
                    message_id = table.Column<Guid>(type: "uuid", nullable: true),
                    queued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    delivered_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    read_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    replied_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    opted_out_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    blocked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaign_recipients", x => new { x.tenant_id, x.campaign_id, x.contact_id });
                    table.ForeignKey(
                        name: "fk_campaign_recipients_campaigns_tenant_id_campaign_id",
                        columns: x => new { x.tenant_id, x.campaign_id },
                        principalTable: "campaigns",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_campaign_recipients_contacts_tenant_id_contact_id",
                        columns: x => new { x.tenant_id, x.contact_id },
                        principalTable: "contacts",
                        principalColumns: new[] { "tenant_id", "id" });
                });

            migrationBuilder.CreateTable(
                name: "campaign_runs",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    campaign_id = table.Column<Guid>(type: "uuid", nullable: false),
                    cursor = table.Column<Guid>(type: "uuid", nullable: true),
                    prepared_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    recipients = table.Column<int>(type: "integer", nullable: false),
                    excluded = table.Column<int>(type: "integer", nullable: false),
                    released = table.Column<int>(type: "integer", nullable: false),
                    canary_passed = table.Column<bool>(type: "boolean", nullable: false),
                    last_sent_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    last_waiting = table.Column<int>(type: "integer", nullable: false),
                    brake = table.Column<double>(type: "double precision", nullable: false),
                    brake_since = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    brake_released = table.Column<int>(type: "integer", nullable: false),
                    brake_looked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    accepted = table.Column<string>(type: "jsonb", nullable: true),
                    accepted_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaign_runs", x => new { x.tenant_id, x.campaign_id });
                    table.ForeignKey(
                        name: "fk_campaign_runs_campaigns_tenant_id_campaign_id",
                        columns: x => new { x.tenant_id, x.campaign_id },
                        principalTable: "campaigns",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "campaign_work",
                columns: table => new
                {
                    campaign_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    due_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaign_work", x => x.campaign_id);
                    table.ForeignKey(
                        name: "fk_campaign_work_campaigns_tenant_id_campaign_id",
                        columns: x => new { x.tenant_id, x.campaign_id },
                        principalTable: "campaigns",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "flight_plans",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    campaign_id = table.Column<Guid>(type: "uuid", nullable: false),
                    print = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    plan = table.Column<string>(type: "jsonb", nullable: false),
                    basis = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: true),
                    made_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    made_by = table.Column<Guid>(type: "uuid", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_flight_plans", x => new { x.tenant_id, x.campaign_id });
                    table.ForeignKey(
                        name: "fk_flight_plans_campaigns_tenant_id_campaign_id",
                        columns: x => new { x.tenant_id, x.campaign_id },
                        principalTable: "campaigns",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_pool_messages_tenant_id_media_id",
                table: "pool_messages",
                columns: new[] { "tenant_id", "media_id" });

            migrationBuilder.CreateIndex(
                name: "ix_campaign_changes_tenant_id_campaign_id_id",
                table: "campaign_changes",
                columns: new[] { "tenant_id", "campaign_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_campaign_exclusions_tenant_id_campaign_id_reason_contact_id",
                table: "campaign_exclusions",
                columns: new[] { "tenant_id", "campaign_id", "reason", "contact_id" });

            migrationBuilder.CreateIndex(
                name: "ix_campaign_exclusions_tenant_id_contact_id",
                table: "campaign_exclusions",
                columns: new[] { "tenant_id", "contact_id" });

            migrationBuilder.CreateIndex(
                name: "ix_campaign_news_campaign_id_id",
                table: "campaign_news",
                columns: new[] { "campaign_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_campaign_recipients_planned",
                table: "campaign_recipients",
                columns: new[] { "tenant_id", "campaign_id", "not_before", "place" },
                filter: "state = 'Planned'");

            migrationBuilder.CreateIndex(
                name: "ix_campaign_recipients_state",
                table: "campaign_recipients",
                columns: new[] { "tenant_id", "campaign_id", "state", "contact_id" });

            migrationBuilder.CreateIndex(
                name: "ix_campaign_recipients_tenant_id_contact_id",
                table: "campaign_recipients",
                columns: new[] { "tenant_id", "contact_id" });

            migrationBuilder.CreateIndex(
                name: "ix_campaign_work_due_at",
                table: "campaign_work",
                column: "due_at");

            migrationBuilder.CreateIndex(
                name: "ix_campaign_work_tenant_id_campaign_id",
                table: "campaign_work",
                columns: new[] { "tenant_id", "campaign_id" });

            migrationBuilder.CreateIndex(
                name: "ix_campaigns_list",
                table: "campaigns",
                columns: new[] { "tenant_id", "created_at", "id" },
                descending: new[] { false, true, true });

            migrationBuilder.CreateIndex(
                name: "ix_campaigns_tenant_id_media_id",
                table: "campaigns",
                columns: new[] { "tenant_id", "media_id" });

            migrationBuilder.AddForeignKey(
                name: "fk_pool_messages_media_files_tenant_id_media_id",
                table: "pool_messages",
                columns: new[] { "tenant_id", "media_id" },
                principalTable: "media_files",
                principalColumns: new[] { "tenant_id", "id" },
                onDelete: ReferentialAction.Restrict);

            TenantWall.Enable(
                migrationBuilder,
                "campaigns",
                "campaign_settings",
                "campaign_changes",
                "campaign_runs",
                "campaign_recipients",
                "campaign_exclusions",
                "campaign_counts",
                "campaign_hours",
                "flight_plans"
            );

            // What happens to a campaign's message is told in the transaction in which it does, whoever does it (docs/campaigns.md).
            migrationBuilder.Sql(
                """
                CREATE FUNCTION tell_campaign_begun() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO campaign_news (tenant_id, campaign_id, contact_id, kind, at, instance_id, message_id)
                    SELECT n.tenant_id, n.campaign_id, n.contact_id, 'Sending', clock_timestamp(), n.instance_id, n.message_id
                    FROM begun n JOIN campaign_work w ON w.campaign_id = n.campaign_id;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER campaign_begun AFTER INSERT ON campaign_sends REFERENCING NEW TABLE AS begun
                    FOR EACH STATEMENT EXECUTE FUNCTION tell_campaign_begun();

                CREATE FUNCTION tell_campaign_back() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO campaign_news (tenant_id, campaign_id, contact_id, kind, at)
                    SELECT o.tenant_id, o.campaign_id, o.contact_id, 'Queued', clock_timestamp()
                    FROM back o JOIN campaign_work w ON w.campaign_id = o.campaign_id;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER campaign_back AFTER DELETE ON campaign_sends REFERENCING OLD TABLE AS back
                    FOR EACH STATEMENT EXECUTE FUNCTION tell_campaign_back();

                CREATE FUNCTION tell_campaign_moved() RETURNS trigger LANGUAGE plpgsql AS $$
                BEGIN
                    INSERT INTO campaign_news (tenant_id, campaign_id, contact_id, kind, at, instance_id, message_id, reason)
                    SELECT s.tenant_id, s.campaign_id, s.contact_id, CASE NEW.delivery WHEN 'Played' THEN 'Read' ELSE NEW.delivery END, clock_timestamp(),
                        NEW.instance_id, NEW.id, left(NEW.reason, 60)
                    FROM campaign_sends s JOIN campaign_work w ON w.campaign_id = s.campaign_id WHERE s.message_id = NEW.id;
                    RETURN NULL;
                END $$;
                CREATE TRIGGER campaign_moved AFTER UPDATE OF delivery ON messages FOR EACH ROW
                    WHEN (NEW.origin = 'Campaign' AND NEW.delivery IS DISTINCT FROM OLD.delivery) EXECUTE FUNCTION tell_campaign_moved();
                """
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                DROP TRIGGER campaign_moved ON messages;
                DROP TRIGGER campaign_back ON campaign_sends;
                DROP TRIGGER campaign_begun ON campaign_sends;
                DROP FUNCTION tell_campaign_moved();
                DROP FUNCTION tell_campaign_back();
                DROP FUNCTION tell_campaign_begun();
                """
            );

            migrationBuilder.DropForeignKey(
                name: "fk_pool_messages_media_files_tenant_id_media_id",
                table: "pool_messages");

            migrationBuilder.DropTable(
                name: "campaign_changes");

            migrationBuilder.DropTable(
                name: "campaign_counts");

            migrationBuilder.DropTable(
                name: "campaign_exclusions");

            migrationBuilder.DropTable(
                name: "campaign_hours");

            migrationBuilder.DropTable(
                name: "campaign_news");

            migrationBuilder.DropTable(
                name: "campaign_recipients");

            migrationBuilder.DropTable(
                name: "campaign_runs");

            migrationBuilder.DropTable(
                name: "campaign_settings");

            migrationBuilder.DropTable(
                name: "campaign_work");

            migrationBuilder.DropTable(
                name: "flight_plans");

            migrationBuilder.DropTable(
                name: "campaigns");

            migrationBuilder.DropIndex(
                name: "ix_pool_messages_tenant_id_media_id",
                table: "pool_messages");

            migrationBuilder.DropColumn(
                name: "media_id",
                table: "pool_messages");

            migrationBuilder.DropColumn(
                name: "held_by",
                table: "campaign_signals");

            migrationBuilder.DropColumn(
                name: "held_by_name",
                table: "campaign_signals");
        }
    }
}
