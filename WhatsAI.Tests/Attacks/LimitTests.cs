using System.Net;
using Microsoft.Extensions.DependencyInjection;
using WhatsAI.Core.Common;
using WhatsAI.Core.Messaging;
using WhatsAI.Core.Tenancy;
using WhatsAI.Infrastructure.Messaging.Conversations;
using WhatsAI.Infrastructure.Messaging.Media;
using WhatsAI.Infrastructure.Tenancy;
using WhatsAI.Tests.Common;
using WhatsAI.Tests.Messaging.Media;

namespace WhatsAI.Tests.Attacks;

/// <summary>One person cannot take the console away from the others.</summary>
[Collection(typeof(AttackGroup))]
public sealed class LimitTests(AttackedConsole attacked)
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Member_sends_and_uploads_so_much_in_a_minute_and_another_member_as_much()
    {
        await using var services = await TestServices.StartAsync(("Limits:SendsPerMinute", "2"), ("Limits:UploadsPerMinute", "3"));
        var company = await SeededCompany.CreateAsync(services);
        var conversation = (ConversationId)company.Of(typeof(ConversationId))[0];
        await using var ana = services.Enter(company.Tenant);
        await using var bia = services.Enter(company.Tenant.Id, Id.New<UserId>(DateTimeOffset.UtcNow), MemberAccess.Everything(Role.Agent));

        foreach (var member in new[] { ana, bia })
        {
            (await UntilRefusedAsync(() => SendAsync(member, conversation))).ShouldBe((2, "limit.sends"));
            (await UntilRefusedAsync(() => UploadAsync(member))).ShouldBe((3, "limit.uploads"));
        }
    }

    [Theory]
    [InlineData("en", "You have opened very many files")]
    [InlineData("pt-BR", "Você abriu arquivos demais")]
    public async Task User_is_given_so_many_files_in_a_minute_and_told_so(string language, string sentence)
    {
        var company = await attacked.FoundAsync($"files{Guid.NewGuid():N}@attack.example", "Files");
        using var visitor = attacked.NewVisitor();
        using var signedIn = await visitor.SignInAsync(company.Email, AttackedConsole.Password);
        var path = $"/t/{company.Tenant.Slug}/media/{company.File}";

        for (var i = 0; i < AttackedConsole.DownloadsPerMinute * 2; i++)
        {
            using var answer = await visitor.GetAsync(path, language: language);
            if (answer.StatusCode == HttpStatusCode.TooManyRequests)
            {
                i.ShouldBeGreaterThanOrEqualTo(AttackedConsole.DownloadsPerMinute);
                answer.Headers.RetryAfter.ShouldNotBeNull();
                answer.Content.Headers.ContentType!.MediaType.ShouldBe("text/plain");
                (await answer.Content.ReadAsStringAsync(Ct)).ShouldStartWith(sentence);
                return;
            }

            answer.StatusCode.ShouldBe(HttpStatusCode.OK);
        }

        throw new InvalidOperationException("Never refused.");
    }

    private static Task SendAsync(AsyncServiceScope member, ConversationId conversation) =>
        member.ServiceProvider.GetRequiredService<ReplyActions>().SendTextAsync(conversation, Guid.NewGuid(), "oi", ct: Ct);

    private static Task UploadAsync(AsyncServiceScope member) =>
        member.ServiceProvider.GetRequiredService<MediaActions>().UploadAsync(new MemoryStream(Samples.Png()), "foto.png", Ct);

    private static async Task<(int Done, string Why)> UntilRefusedAsync(Func<Task> act)
    {
        for (var done = 0; done < 20; done++)
        {
            try
            {
                await act();
            }
            catch (RuleException e)
            {
                return (done, e.Key);
            }
        }

        return (20, "");
    }
}
