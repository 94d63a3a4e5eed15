using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class CampaignLane : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "campaign_signals",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    campaign_id = table.Column<Guid>(type: "uuid", nullable: false),
                    name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: false),
                    sent = table.Column<int>(type: "integer", nullable: false),
                    failed = table.Column<int>(type: "integer", nullable: false),
                    skipped = table.Column<int>(type: "integer", nullable: false),
                    opted_out = table.Column<int>(type: "integer", nullable: false),
                    blocks = table.Column<int>(type: "integer", nullable: false),
                    held_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    held_why = table.Column<string[]>(type: "text[]", nullable: false),
                    released_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    released_by = table.Column<Guid>(type: "uuid", nullable: true),
                    released_by_name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: true),
                    created_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaign_signals", x => new { x.tenant_id, x.campaign_id });
                    table.ForeignKey(
                        name: "fk_campaign_signals_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "campaign_sends",
                columns: table => new
                {
                    message_id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    campaign_id = table.Column<Guid>(type: "uuid", nullable: false),
                    pool_id = table.Column<Guid>(type: "uuid", nullable: false),
                    instance_id = table.Column<Guid>(type: "uuid", nullable: false),
                    contact_id = table.Column<Guid>(type: "uuid", nullable: false),
                    priority = table.Column<short>(type: "smallint", nullable: false),
                    reach = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    queue_id = table.Column<Guid>(type: "uuid", nullable: false),
                    queued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    not_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    opted_out_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true),
                    blocked_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_campaign_sends", x => x.message_id);
                    table.ForeignKey(
                        name: "fk_campaign_sends_campaign_signals_tenant_id_campaign_id",
                        columns: x => new { x.tenant_id, x.campaign_id },
                        principalTable: "campaign_signals",
                        principalColumns: new[] { "tenant_id", "campaign_id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_campaign_sends_contacts_tenant_id_contact_id",
                        columns: x => new { x.tenant_id, x.contact_id },
                        principalTable: "contacts",
                        principalColumns: new[] { "tenant_id", "id" });
                    table.ForeignKey(
                        name: "fk_campaign_sends_instances_tenant_id_instance_id",
                        columns: x => new { x.tenant_id, x.instance_id },
                        principalTable: "instances",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "pool_queues",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    pool_id = table.Column<Guid>(type: "uuid", nullable: false),
                    campaign_id = table.Column<Guid>(type: "uuid", nullable: false),
                    priority = table.Column<short>(type: "smallint", nullable: false),
                    waiting = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pool_queues", x => new { x.tenant_id, x.pool_id, x.campaign_id, x.priority });
                    table.CheckConstraint("ck_pool_queues_waiting", "waiting >= 0");
                    table.ForeignKey(
                        name: "fk_pool_queues_campaign_signals_tenant_id_campaign_id",
                        columns: x => new { x.tenant_id, x.campaign_id },
                        principalTable: "campaign_signals",
                        principalColumns: new[] { "tenant_id", "campaign_id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_pool_queues_pools_tenant_id_pool_id",
                        columns: x => new { x.tenant_id, x.pool_id },
                        principalTable: "pools",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "pool_messages",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    pool_id = table.Column<Guid>(type: "uuid", nullable: false),
                    campaign_id = table.Column<Guid>(type: "uuid", nullable: false),
                    priority = table.Column<short>(type: "smallint", nullable: false),
                    contact_id = table.Column<Guid>(type: "uuid", nullable: true),
                    phone = table.Column<string>(type: "character varying(20)", maxLength: 20, nullable: true),
                    body = table.Column<string>(type: "jsonb", nullable: false),
                    client_key = table.Column<Guid>(type: "uuid", nullable: false),
                    queued_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    not_before = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    attempts = table.Column<short>(type: "smallint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pool_messages", x => x.id);
                    table.CheckConstraint("ck_pool_messages_recipient", "contact_id IS NOT NULL OR phone IS NOT NULL");
                    table.ForeignKey(
                        name: "fk_pool_messages_contacts_tenant_id_contact_id",
                        columns: x => new { x.tenant_id, x.contact_id },
                        principalTable: "contacts",
                        principalColumns: new[] { "tenant_id", "id" });
                    table.ForeignKey(
                        name: "fk_pool_messages_pool_queues_tenant_id_pool_id_campaign_id_pri~",
                        columns: x => new { x.tenant_id, x.pool_id, x.campaign_id, x.priority },
                        principalTable: "pool_queues",
                        principalColumns: new[] { "tenant_id", "pool_id", "campaign_id", "priority" });
                });

            migrationBuilder.CreateIndex(
                name: "ix_campaign_sends_contact",
                table: "campaign_sends",
                columns: new[] { "tenant_id", "contact_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_campaign_sends_tenant_id_campaign_id",
                table: "campaign_sends",
                columns: new[] { "tenant_id", "campaign_id" });

            migrationBuilder.CreateIndex(
                name: "ix_campaign_sends_tenant_id_instance_id",
                table: "campaign_sends",
                columns: new[] { "tenant_id", "instance_id" });

            migrationBuilder.CreateIndex(
                name: "ix_pool_messages_queue",
                table: "pool_messages",
                columns: new[] { "tenant_id", "pool_id", "campaign_id", "priority", "not_before", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_pool_messages_tenant_id_client_key",
                table: "pool_messages",
                columns: new[] { "tenant_id", "client_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_pool_messages_tenant_id_contact_id",
                table: "pool_messages",
                columns: new[] { "tenant_id", "contact_id" });

            migrationBuilder.CreateIndex(
                name: "ix_pool_queues_tenant_id_campaign_id",
                table: "pool_queues",
                columns: new[] { "tenant_id", "campaign_id" });

            migrationBuilder.CreateIndex(
                name: "ix_pool_queues_waiting",
                table: "pool_queues",
                columns: new[] { "tenant_id", "pool_id", "priority" },
                filter: "waiting > 0");
            TenantWall.Enable(migrationBuilder, "campaign_signals", "pool_queues", "pool_messages", "campaign_sends");
            // A campaign's message never waits on a number: it waits at a pool (lane 2, docs/ledger.md). Not valid: what there is need not be read, there is none.
            migrationBuilder.Sql(
                "ALTER TABLE messages ADD CONSTRAINT ck_messages_campaign_not_queued CHECK (lane IS DISTINCT FROM 2 OR delivery IS DISTINCT FROM 'Queued') NOT VALID;"
            );
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("ALTER TABLE messages DROP CONSTRAINT ck_messages_campaign_not_queued;");
            migrationBuilder.DropTable(
                name: "campaign_sends");

            migrationBuilder.DropTable(
                name: "pool_messages");

            migrationBuilder.DropTable(
                name: "pool_queues");

            migrationBuilder.DropTable(
                name: "campaign_signals");
        }
    }
}
