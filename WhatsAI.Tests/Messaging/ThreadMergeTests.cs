using WhatsAI.Core.Contacts;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Contacts;
using WhatsAI.Infrastructure.Contacts.Duplicates;
using WhatsAI.Infrastructure.Persistence;

namespace WhatsAI.Tests.Messaging;

/// <summary>The threads of two contacts whom somebody makes one, and two again.</summary>
public sealed class ThreadMergeTests
{
    private const string Ana = "5511977770001@s.whatsapp.net";
    private const string Twin = "351977770001@s.whatsapp.net";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Thread_goes_with_its_contact_and_comes_back()
    {
        var world = await MessagingWorld.CreateAsync();
        var other = await MessagingWorld.CreateAsync(world.Tenant);
        await world.DeliverAsync(Hook.Text("oi", Hook.NewId(), Ana, null));
        await other.DeliverAsync(Hook.Text("olá", Hook.NewId(), Twin, null));
        var (ana, twin) = (await ContactAsync(world, Ana), await ContactAsync(world, Twin));

        var merge = await MergeAsync(world, ana, twin);

        (await ThreadsAsync(world, ana)).ShouldBe(2L);
        await UndoAsync(world, merge);
        (await ThreadsAsync(world, ana)).ShouldBe(1L);
        (await ThreadsAsync(world, twin)).ShouldBe(1L);
        await world.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Threads_of_one_number_are_joined_and_come_apart_with_their_messages()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.DeliverAsync(Hook.Text("um", Hook.NewId(), Ana, null));
        await world.DeliverAsync(Hook.Text("dois", Hook.NewId(), Twin, null), Hook.Text("três", Hook.NewId(), Twin, null));
        var (ana, twin) = (await ContactAsync(world, Ana), await ContactAsync(world, Twin));

        var merge = await MergeAsync(world, ana, twin);

        (await world.CountAsync("conversations")).ShouldBe(1);
        (await MessagesAsync(world, ana)).ShouldBe("dois, três, um");
        await world.CountersShouldBeTrueAsync();
        // What comes by the other address now is in the thread that both have.
        await world.DeliverAsync(Hook.Text("quatro", Hook.NewId(), Twin, null));
        (await world.CountAsync("conversations")).ShouldBe(1);

        await UndoAsync(world, merge);

        (await MessagesAsync(world, ana)).ShouldBe("quatro, um");
        (await MessagesAsync(world, twin)).ShouldBe("dois, três");
        (await PreviewAsync(world, twin)).ShouldBe("três");
        await world.CountersShouldBeTrueAsync();
        // And what comes by it from now on is the other one's again.
        await world.DeliverAsync(Hook.Text("cinco", Hook.NewId(), Twin, null));
        (await MessagesAsync(world, twin)).ShouldBe("cinco, dois, três");
        (await PreviewAsync(world, twin)).ShouldBe("cinco");
        await world.CountersShouldBeTrueAsync();
    }

    [Fact]
    public async Task Thread_that_is_taken_out_leaves_the_last_word_that_was_its_own()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.DeliverAsync(Hook.Text("um", Hook.NewId(), Ana, null));
        await world.DeliverAsync(Hook.Text("dois", Hook.NewId(), Twin, null));
        var (ana, twin) = (await ContactAsync(world, Ana), await ContactAsync(world, Twin));
        await world.RunAsync(
            "UPDATE conversation_heads SET last_at = last_at + interval '1 second' WHERE tenant_id = $1 AND last_preview = 'dois'"
        );

        await UndoAsync(world, await MergeAsync(world, ana, twin));

        (await PreviewAsync(world, ana)).ShouldBe("um");
        (await PreviewAsync(world, twin)).ShouldBe("dois");
    }

    [Fact]
    public async Task Message_that_names_both_carries_tags_fields_and_an_opt_out()
    {
        var world = await MessagingWorld.CreateAsync();
        await world.DeliverAsync(Hook.Text("pelo telefone", Hook.NewId(), alt: null));
        await world.DeliverAsync(Hook.Text("sair", Hook.NewId(), "222333444555666@lid", null));
        const string Hidden = "(SELECT id FROM contacts WHERE tenant_id = $1 AND phone IS NULL)";
        await world.RunAsync(
            "INSERT INTO tags (id, tenant_id, name, folded_name, colour, created_at) VALUES (gen_random_uuid(), $1, 'VIP', 'vip', 1, now())"
        );
        await world.RunAsync(
            $"INSERT INTO contact_tags (tenant_id, contact_id, tag_id) SELECT $1, {Hidden}, id FROM tags WHERE tenant_id = $1"
        );
        await world.RunAsync(
            """
            INSERT INTO contact_fields (id, tenant_id, key, name, folded_name, kind, options, created_at)
            VALUES (gen_random_uuid(), $1, 'cidade', 'Cidade', 'cidade', 'Text', '{}', now())
            """
        );
        await world.RunAsync(
            $$"""UPDATE contacts SET fields = '{"cidade":"Osasco"}', folded_fields = '{"cidade":"osasco"}' WHERE tenant_id = $1 AND id = {{Hidden}}"""
        );

        await world.DeliverAsync(Hook.Text("os dois", Hook.NewId()));

        (
            await world.OneAsync<string>(
                """
                SELECT p.consent || ' ' || (p.fields ->> 'cidade') || ' ' || (SELECT count(*) FROM contact_tags t WHERE t.contact_id = p.id)
                    || ' ' || (SELECT count(*) FROM suppressions s WHERE s.tenant_id = $1) || ' ' || (SELECT count(*) FROM contact_merges m WHERE m.kept_id = p.id)
                FROM contacts p WHERE p.tenant_id = $1 AND p.merged_into IS NULL
                """
            )
        ).ShouldBe("OptedOut Osasco 1 2 1");
    }

    private static async Task<ContactId> ContactAsync(MessagingWorld world, string jid) =>
        new(await world.OneAsync<Guid>($"SELECT contact_id FROM contact_identities WHERE tenant_id = $1 AND jid = '{jid}'"));

    private static async Task<ContactMove> MergeAsync(MessagingWorld world, ContactId kept, ContactId other)
    {
        await using var transaction = await world.Database.BeginAsync(world.Tenant, Ct);
        var move = await world.Merges.MergeAsync(transaction.Connection, world.Tenant, (kept, other), kept, Author, Now, Ct);
        await transaction.CommitAsync(Ct);
        return move.ShouldNotBeNull();
    }

    private static async Task UndoAsync(MessagingWorld world, ContactMove merge)
    {
        await using var transaction = await world.Database.BeginAsync(world.Tenant, Ct);
        (await world.Merges.UndoAsync(transaction.Connection, world.Tenant, merge.Merge, Author, Now, Ct)).ShouldNotBeNull();
        await transaction.CommitAsync(Ct);
    }

    private static Task<object?> ThreadsAsync(MessagingWorld world, ContactId contact) =>
        world.OneAsync<object>($"SELECT count(*) FROM conversations WHERE tenant_id = $1 AND contact_id = '{contact}'");

    private static Task<string?> MessagesAsync(MessagingWorld world, ContactId contact) =>
        world.OneAsync<string>(
            $"""
            SELECT string_agg(m.text, ', ' ORDER BY m.text) FROM messages m JOIN conversations c ON c.id = m.conversation_id
            WHERE m.tenant_id = $1 AND m.direction = 'In' AND c.contact_id = '{contact}'
            """
        );

    private static Task<string?> PreviewAsync(MessagingWorld world, ContactId contact) =>
        world.OneAsync<string>(
            $"SELECT h.last_preview FROM conversation_heads h JOIN conversations c ON c.id = h.conversation_id WHERE h.tenant_id = $1 AND c.contact_id = '{contact}'"
        );

    private static MergeAuthor Author => new(new UserId(Guid.NewGuid()), "Ana Ribeiro");

    private static DateTimeOffset Now => TimeProvider.System.GetUtcNow();
}
