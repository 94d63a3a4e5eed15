using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace WhatsAI.Infrastructure.Persistence.Migrations
{
    /// <inheritdoc />
    public partial class ContactMerges : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "contact_merges",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "uuid", nullable: false),
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    kept_id = table.Column<Guid>(type: "uuid", nullable: false),
                    other_id = table.Column<Guid>(type: "uuid", nullable: false),
                    plan = table.Column<string>(type: "jsonb", nullable: false),
                    push_name = table.Column<string>(type: "character varying(200)", maxLength: 200, nullable: true),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false),
                    by_id = table.Column<Guid>(type: "uuid", nullable: true),
                    by_name = table.Column<string>(type: "character varying(120)", maxLength: 120, nullable: true),
                    undone_at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contact_merges", x => x.id);
                    table.UniqueConstraint("ak_contact_merges_tenant_id_id", x => new { x.tenant_id, x.id });
                    table.ForeignKey(
                        name: "fk_contact_merges_contacts_tenant_id_kept_id",
                        columns: x => new { x.tenant_id, x.kept_id },
                        principalTable: "contacts",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_contact_merges_contacts_tenant_id_other_id",
                        columns: x => new { x.tenant_id, x.other_id },
                        principalTable: "contacts",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "contact_pairs",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    first_id = table.Column<Guid>(type: "uuid", nullable: false),
                    second_id = table.Column<Guid>(type: "uuid", nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contact_pairs", x => new { x.tenant_id, x.first_id, x.second_id });
                    table.ForeignKey(
                        name: "fk_contact_pairs_contacts_tenant_id_first_id",
                        columns: x => new { x.tenant_id, x.first_id },
                        principalTable: "contacts",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_contact_pairs_contacts_tenant_id_second_id",
                        columns: x => new { x.tenant_id, x.second_id },
                        principalTable: "contacts",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "erased_identities",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    hash = table.Column<string>(type: "character varying(64)", maxLength: 64, nullable: false),
                    at = table.Column<DateTimeOffset>(type: "timestamp with time zone", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_erased_identities", x => new { x.tenant_id, x.hash });
                    table.ForeignKey(
                        name: "fk_erased_identities_tenants_tenant_id",
                        column: x => x.tenant_id,
                        principalTable: "tenants",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "contact_moves",
                columns: table => new
                {
                    tenant_id = table.Column<Guid>(type: "uuid", nullable: false),
                    merge_id = table.Column<Guid>(type: "uuid", nullable: false),
                    part = table.Column<string>(type: "character varying(32)", maxLength: 32, nullable: false),
                    item_id = table.Column<Guid>(type: "uuid", nullable: false),
                    number = table.Column<long>(type: "bigint", nullable: false),
                    place_id = table.Column<Guid>(type: "uuid", nullable: true),
                    data = table.Column<string>(type: "jsonb", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_contact_moves", x => new { x.tenant_id, x.merge_id, x.part, x.item_id, x.number });
                    table.ForeignKey(
                        name: "fk_contact_moves_contact_merges_tenant_id_merge_id",
                        columns: x => new { x.tenant_id, x.merge_id },
                        principalTable: "contact_merges",
                        principalColumns: new[] { "tenant_id", "id" },
                        onDelete: ReferentialAction.Cascade);
                });

            TenantWall.Enable(migrationBuilder, "contact_merges", "contact_pairs", "contact_moves", "erased_identities");

            // Those that were one already: their history goes on.
            migrationBuilder.Sql(
                """
                INSERT INTO contact_merges (id, tenant_id, kept_id, other_id, plan, at)
                SELECT gen_random_uuid(), tenant_id, merged_into, id, '{}', created_at FROM contacts WHERE merged_into IS NOT NULL
                """
            );

            migrationBuilder.CreateIndex(
                name: "ix_contact_merges_tenant_id_at",
                table: "contact_merges",
                columns: new[] { "tenant_id", "at" });

            migrationBuilder.CreateIndex(
                name: "ix_contact_merges_tenant_id_kept_id",
                table: "contact_merges",
                columns: new[] { "tenant_id", "kept_id" });

            migrationBuilder.CreateIndex(
                name: "ix_contact_merges_tenant_id_other_id",
                table: "contact_merges",
                columns: new[] { "tenant_id", "other_id" });

            migrationBuilder.CreateIndex(
                name: "ix_contact_pairs_tenant_id_second_id",
                table: "contact_pairs",
                columns: new[] { "tenant_id", "second_id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "contact_moves");

            migrationBuilder.DropTable(
                name: "contact_pairs");

            migrationBuilder.DropTable(
                name: "erased_identities");

            migrationBuilder.DropTable(
                name: "contact_merges");
        }
    }
}
