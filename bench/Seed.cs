using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace WhatsAI.Bench;

/// <summary>
/// A company's years of work, made inside the database: a tenth as many conversations as messages, most of them short, each thousandth long. Every
/// value follows from its number and the seed, so the same seed makes the same data but for the ids of tenant and numbers.
/// </summary>
internal sealed class Seed(World world, int messages, int seed)
{
    /// <summary>Stands in every text.</summary>
    public const string Mark = " · ";

    private const string Begin = "2026-11-01 12:00+00";

    /// <summary>Foreign keys are true by construction, and asking four million times takes minutes.</summary>
    private const string Session =
        "SET session_replication_role = replica; SET synchronous_commit = off; SET maintenance_work_mem = '512MB'; ";

    public int Conversations => messages / 10;

    public async Task<TimeSpan> RunAsync()
    {
        var watch = Stopwatch.StartNew();
        await world.RunAsync(Functions());
        await RunAsync(ThreadTable);
        await world.RunAsync(Threads(), world.Tenant.Value, world.Numbers.Select(n => n.Id.Value).ToArray());
        await RunAsync(People);
        var indexes = await world.ScalarAsync<string[]>(
            "SELECT array_agg(indexdef) FROM pg_indexes WHERE tablename = 'messages' AND indexname NOT LIKE 'pk_%'"
        );
        await RunAsync(
            "DO $$ DECLARE i text; BEGIN FOR i IN SELECT indexname FROM pg_indexes WHERE tablename = 'messages' AND indexname NOT LIKE 'pk_%' "
                + "LOOP EXECUTE 'DROP INDEX ' || i; END LOOP; END $$"
        );
        await Task.WhenAll(Enumerable.Range(0, 2).Select(part => RunAsync(Messages(part))));
        await RunAsync(Heads);
        foreach (var pair in indexes!.Chunk(2))
        {
            await Task.WhenAll(pair.Select(RunAsync));
        }

        await RunAsync("VACUUM (ANALYZE) messages");
        await RunAsync("VACUUM (ANALYZE)");
        await RunAsync("CHECKPOINT");
        return watch.Elapsed;
    }

    /// <summary>Equal for equal data: texts and times of all messages, whatever order they were written in.</summary>
    public async Task<string> ChecksumAsync()
    {
        var sum = await world.ScalarAsync<decimal>("SELECT sum(hashtextextended(id::text || text || sent_at, 0)) FROM messages");
        return sum.ToString("0", CultureInfo.InvariantCulture);
    }

    private async Task RunAsync(string sql)
    {
        await using var connection = await world.Admin.OpenConnectionAsync();
        // Each in a transaction of its own: a vacuum wants none around it.
        foreach (var one in (string[])[Session, sql])
        {
            await using var command = new NpgsqlCommand(one, connection) { CommandTimeout = 3600 };
            await command.ExecuteNonQueryAsync();
        }
    }

    private string Functions() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            CREATE OR REPLACE FUNCTION bench_id(at timestamptz, kind text, n bigint) RETURNS uuid LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
                SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || left(h, 3) || '8' || right(h, 15))::uuid
                FROM (SELECT md5('{seed}' || kind || n) AS h) m
            $$;
            CREATE OR REPLACE FUNCTION bench_text(n bigint, i int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
                SELECT (ARRAY[
                    'Bom dia! O pedido já saiu para entrega?', 'Preciso da segunda via do boleto, por favor.', 'Perfeito, muito obrigada!',
                    'Qual o prazo para o CEP 01310-100?', 'Vocês têm o modelo azul no tamanho M? Vi no site, mas aparece como esgotado.',
                    'Ok', 'Pode confirmar o endereço: Rua das Flores, 120, apto 31, Vila Mariana, São Paulo.', 'Segue o comprovante do Pix.',
                    'Estou verificando com a transportadora e retorno ainda hoje até as 18h, tudo bem?', 'Sim, pode enviar.',
                    'Recebi o produto com a caixa amassada; o conteúdo parece inteiro, mas queria registrar.', 'Boa tarde, tudo bem?',
                    'O desconto vale também para a próxima compra?', 'Claro! Já apliquei o cupom no seu carrinho.', 'Quando chega?', '👍'
                ])[1 + (hashint8extended(n * 10000 + i, {seed}) & 15)] || ' · ' || n || '.' || i
            $$;
            """
        );

    private const string ThreadTable = """
        CREATE UNLOGGED TABLE bench_threads (n bigint, tenant_id uuid, instance_id uuid, conversation_id uuid, contact_id uuid, count int, last_at timestamptz,
            step interval, status text, unread int)
        """;

    private string Threads() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            INSERT INTO bench_threads
            SELECT n, $1, $2[1 + n % array_length($2, 1)], bench_id(last_at, 'c', n), bench_id(last_at, 'p', n), count, last_at, step,
                CASE WHEN h % 100 < 10 THEN 'Open' WHEN h % 100 < 13 THEN 'Pending' ELSE 'Resolved' END, CASE WHEN h % 100 < 4 THEN h % 5 + 1 ELSE 0 END
            FROM (
                SELECT n, h, CASE WHEN n % 1000 = 0 THEN 1030 WHEN n % 10 = 0 THEN 30 WHEN n % 10 <= 6 THEN 7 ELSE 6 END AS count,
                    timestamptz '{Begin}' - make_interval(secs => h % 15552000) AS last_at, make_interval(secs => 20 + h % 600) AS step
                FROM (SELECT n, hashint8extended(n, {seed}) & 9007199254740991 AS h FROM generate_series(1, {Conversations}) n) a
            ) b
            """
        );

    private const string People = """
        INSERT INTO contacts (id, tenant_id, push_name, phone, created_at)
            SELECT contact_id, tenant_id,
                (ARRAY['Ana','Bruno','Carla','Diego','Elaine','Fábio','Gisele','Heitor','Ingrid','João','Karina','Luís','Márcia','Nelson','Olívia','Paulo'])[1 + n % 16]
                    || ' ' || (ARRAY['Almeida','Barbosa','Cardoso','Dias','Esteves','Ferreira','Gomes'])[1 + n % 7] || ' ' || n,
                '+5511' || (900000000 + n), last_at - step * count FROM bench_threads;
        INSERT INTO contact_identities (tenant_id, kind, value, contact_id, jid, first_seen_at)
            SELECT tenant_id, 'Phone', '+5511' || (900000000 + n), contact_id, '5511' || (900000000 + n) || '@s.whatsapp.net', last_at - step * count FROM bench_threads;
        INSERT INTO conversations (id, tenant_id, instance_id, kind, contact_id, created_at)
            SELECT conversation_id, tenant_id, instance_id, 'Person', contact_id, last_at - step * count FROM bench_threads;
        """;

    private static string Messages(int part) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"""
            INSERT INTO messages (id, tenant_id, conversation_id, instance_id, direction, origin, kind, text, body, provider_id, sent_at, created_at, sender_id,
                delivery, media_attempts, attempts, settle_count)
            SELECT bench_id(at, 'm', n * 10000 + i), tenant_id, conversation_id, instance_id, CASE WHEN ours THEN 'Out' ELSE 'In' END,
                CASE WHEN ours THEN 'Agent' ELSE 'Customer' END, 'Text', text, jsonb_build_object('k', 'text', 'text', text), 'SEED' || n || '.' || i, at, at,
                CASE WHEN NOT ours THEN contact_id END, CASE WHEN ours THEN 'Read' END, 0, 0, 0
            FROM (
                SELECT t.*, i, last_at - step * (count - i) AS at, (i % 3 = 2 AND i < count) AS ours, bench_text(n, i) AS text
                FROM bench_threads t CROSS JOIN LATERAL generate_series(1, t.count) i
                WHERE n % 2 = {part}
            ) m
            """
        );

    private const string Heads = """
        INSERT INTO conversation_heads (conversation_id, tenant_id, instance_id, kind, status, last_message_id, last_at, last_preview, last_kind, last_direction,
            last_inbound_at, unread)
        SELECT conversation_id, tenant_id, instance_id, 'Person', status, bench_id(last_at, 'm', n * 10000 + count), last_at, left(bench_text(n, count), 200), 'Text', 'In',
            last_at, unread FROM bench_threads;
        INSERT INTO conversation_counts (tenant_id, instance_id, kind, status, assignee_id, team_id, conversations, unread)
        SELECT tenant_id, instance_id, 'Person', status, '00000000-0000-0000-0000-000000000000', '00000000-0000-0000-0000-000000000000', count(*), count(*) FILTER (WHERE unread > 0) FROM bench_threads GROUP BY 1, 2, 4;
        """;
}
