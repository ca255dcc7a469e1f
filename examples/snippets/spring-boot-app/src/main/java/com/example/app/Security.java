package com.example.app;

import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.security.config.Customizer;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.oauth2.client.oidc.userinfo.OidcUserService;
import org.springframework.security.oauth2.client.oidc.web.logout.OidcClientInitiatedLogoutSuccessHandler;
import org.springframework.security.oauth2.client.registration.ClientRegistrationRepository;
import org.springframework.security.oauth2.client.web.DefaultOAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.web.SecurityFilterChain;

@Configuration
class Security {

  @Bean
  SecurityFilterChain pages(
      HttpSecurity http,
      ClientRegistrationRepository clients,
      @Value("${POST_LOGOUT_REDIRECT_URI:}") String afterwards)
      throws Exception {
    var signOut = new OidcClientInitiatedLogoutSuccessHandler(clients);
    if (!afterwards.isEmpty()) signOut.setPostLogoutRedirectUri(afterwards);
    return http
        .authorizeHttpRequests(requests -> requests.anyRequest().authenticated())
        .oauth2Login(Customizer.withDefaults())
        .logout(logout -> logout.logoutSuccessHandler(signOut))
        .build();
  }

  // Asks for an access token of the API (RFC 8707).
  @Bean
  OAuth2AuthorizationRequestResolver authorizationRequests(ClientRegistrationRepository clients, @Value("${API:}") String api) {
    var resolver = new DefaultOAuth2AuthorizationRequestResolver(clients, "/oauth2/authorization");
    if (!api.isEmpty())
      resolver.setAuthorizationRequestCustomizer(
          request -> request.additionalParameters(parameters -> parameters.put("resource", api)));
    return resolver;
  }

  // A token of the API is no token of userinfo: then the claims are in the ID token.
  @Bean
  OidcUserService users(@Value("${API:}") String api) {
    var users = new OidcUserService();
    users.setRetrieveUserInfo(request -> api.isEmpty());
    return users;
  }
}
