using Microsoft.AspNetCore.Http;
using WhatsAI.Web.Hosting;

namespace WhatsAI.Tests.Hosting;

public sealed class BareFailureTests
{
    [Theory]
    [InlineData("POST", "application/json")]
    [InlineData("POST", "text/html")]
    [InlineData("GET", "application/json")]
    [InlineData("GET", "")]
    public async Task Machine_hears_500(string method, string accept)
    {
        var context = Request(method, accept);

        (await new BareFailure().TryHandleAsync(context, new InvalidOperationException(), CancellationToken.None)).ShouldBeTrue();

        context.Response.StatusCode.ShouldBe(500);
    }

    [Fact]
    public async Task Person_is_left_to_the_error_page()
    {
        var context = Request("GET", "text/html,application/xhtml+xml");

        (await new BareFailure().TryHandleAsync(context, new InvalidOperationException(), CancellationToken.None)).ShouldBeFalse();
    }

    private static DefaultHttpContext Request(string method, string accept)
    {
        var context = new DefaultHttpContext();
        context.Request.Method = method;
        context.Request.Headers.Accept = accept;
        return context;
    }
}
